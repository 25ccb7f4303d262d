"""Answers from ClickHouse: there are no sums, it adds up the events when it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from clickhouse_connect.driver.client import Client

from analytics.collector import _dictionary as kinds
from analytics.collector._contexts import LOAD_TIME
from analytics.collector._days import DAY_MS, Days
from analytics.collector._dictionary import ARGUMENT_OF
from analytics.collector._errors import CollectorError
from analytics.collector._reading import GivenUpError, Reading
from analytics.collector._rollups import SPREAD
from analytics.collector._sums import Durations, Sums
from analytics.collector.relay._clickhouse_connect import connect, rows, told

_COLUMNS = {
    kinds.EVENT: "name", kinds.VERSION: "version", kinds.SYSTEM: "os", kinds.REPOSITORY: "repository",
    kinds.COMMAND: "command", kinds.EXTENSION: "extension", kinds.CLUSTER: "cluster",
}  # fmt: skip
_OF_LOADS = (kinds.VERSION, kinds.SYSTEM, kinds.REPOSITORY, kinds.COMMAND)
_SPAN = "time >= fromUnixTimestamp64Milli({since:Int64}) AND time < fromUnixTimestamp64Milli({until:Int64})"
_LOADS = f"name = '{LOAD_TIME}' AND duration IS NOT NULL"
_MACHINES = "uniqExactIf(machine, machine != '')"
_BUCKET = f"if(duration > 1, toInt32(floor(log(duration) / log({SPREAD}))), 0)"


class ClickHouseSums:
    """`Sums` of the events in ClickHouse.

    Args:
        client: of the database.
        repositories: names to show, by the digests that stand for them; one name may have several.
    """

    def __init__(self, client: Client, repositories: Mapping[str, str]) -> None:
        self._client = client
        self._repositories = repositories

    def machines(self, kind: str, days: Days, prefix: str = "") -> Mapping[str, int]:
        """How many machines had each value of *kind*; only values that begin with *prefix*."""
        return {name: count for name, count in self._by(kind, _MACHINES, days, prefix) if count}

    def all_machines(self, days: Days) -> int:
        """How many machines sent anything."""
        return self._number(f"SELECT {_MACHINES} FROM event FINAL WHERE {_SPAN}", days)

    def counts(self, kind: str, days: Days, prefix: str = "") -> Mapping[str, int]:
        """How many events had each value of *kind*; of built-ins and arguments, how many calls."""
        return dict(self._by(kind, "sum(calls)" if kind not in _COLUMNS else "count()", days, prefix))

    def all_events(self, days: Days) -> int:
        """How many events there were."""
        return self._number(f"SELECT count() FROM event FINAL WHERE {_SPAN}", days)

    def durations(self, kind: str, days: Days) -> Mapping[str, Durations]:
        """How long loads took, for each value of *kind*."""
        if kind not in _OF_LOADS:
            return {}
        query = (
            f"SELECT {self._value(kind)} AS value, {_BUCKET} AS bucket, count() FROM event FINAL "
            f"WHERE {_SPAN} AND {_LOADS} AND value != '' GROUP BY value, bucket"
        )
        found: dict[str, dict[int, int]] = {}
        for value, bucket, count in self._rows(query, days):
            found.setdefault(value, {})[bucket] = count
        return found

    def all_durations(self, days: Days) -> Durations:
        """How long all loads took."""
        query = (
            f"SELECT {_BUCKET} AS bucket, count() FROM event FINAL WHERE {_SPAN} AND {_LOADS} GROUP BY bucket"
        )
        return dict(self._rows(query, days))

    def refused(self, days: Days) -> Mapping[str, int]:
        """How many events were not kept, by the reason."""
        return dict(
            self._rows(f"SELECT reason, count() FROM refused FINAL WHERE {_SPAN} GROUP BY reason", days)
        )

    def first_day(self) -> int | None:
        """The first day that there are events of, in days since 1970; None without any."""
        row = self._first("SELECT toUnixTimestamp64Milli(min(time)) FROM event HAVING count() > 0")
        return None if row is None else row // DAY_MS

    def last_event(self) -> int | None:
        """When the event that came last happened, in ms since 1970; None without any."""
        return self._first("SELECT toUnixTimestamp64Milli(time) FROM event ORDER BY rank LIMIT 1")

    def _first(self, query: str) -> int | None:
        found = rows(self._client, query)
        return found[0][0] if found else None

    def _by(self, kind: str, what: str, days: Days, prefix: str) -> Iterator[tuple[str, int]]:
        if kind in _COLUMNS:
            query = f"SELECT {self._value(kind)} AS value, {what} FROM event FINAL WHERE {_SPAN}"
        else:
            sign = "=" if kind == kinds.BUILTIN else ">"
            query = (
                f"SELECT value, {what} FROM (SELECT * FROM event FINAL WHERE {_SPAN}) "
                f"ARRAY JOIN mapKeys(calls) AS value, mapValues(calls) AS calls "
                f"WHERE position(value, '{ARGUMENT_OF}') {sign} 0"
            )
        query += " AND value != '' AND startsWith(value, {prefix:String}) GROUP BY value"
        yield from self._rows(query, days, prefix=prefix)

    def _value(self, kind: str) -> str:
        column = f"toString({_COLUMNS[kind]})"
        if kind != kinds.REPOSITORY or not self._repositories:
            return column
        return f"transform({column}, {{digests:Array(String)}}, {{names:Array(String)}}, {column})"

    def _number(self, query: str, days: Days) -> int:
        return int(self._rows(query, days)[0][0])

    def _rows(self, query: str, days: Days, **parameters: str) -> list[tuple[Any, ...]]:
        span = {"since": days.first * DAY_MS, "until": (days.last + 1) * DAY_MS}
        names = {"digests": list(self._repositories), "names": list(self._repositories.values())}
        return rows(self._client, query, **span, **names, **parameters)


class _ClickHouseReading:
    """A reading of the tables in ClickHouse."""

    def __init__(self, client: Client, repositories: Mapping[str, str]) -> None:
        self._client = client
        self.sums: Sums = ClickHouseSums(client, repositories)

    def sent_by(self, digest: str) -> Sequence[tuple[int, bytes]]:
        """When one machine or user sent what: ms since 1970 and events, the latest first."""
        query = (
            "SELECT toUnixTimestamp64Milli(time), body FROM event FINAL "
            "WHERE {digest:String} IN (machine, person) ORDER BY rank, id"
        )
        return [(time, body.encode()) for time, body in rows(self._client, query, digest=digest)]


class ClickHouseDoor:
    """Reads from the database at *address*, and looks after it."""

    def __init__(self, address: str, repositories: Mapping[str, str]) -> None:
        self._address = address
        self._repositories = repositories

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """Read."""
        try:
            with told(), closing(connect(self._address)) as client:
                yield _ClickHouseReading(client, self._repositories)
        except CollectorError as error:
            raise GivenUpError(str(error)) from None

    def erase(self, digest: str) -> int:
        """Remove all that one machine or user sent; how many events."""
        where = "position(body, {digest:String}) > 0"
        parameters = {"digest": digest}
        with told(), closing(connect(self._address)) as client:
            query = f"SELECT count() FROM event FINAL WHERE {where}"
            erased = int(rows(client, query, **parameters)[0][0])
            for table in ("event", "refused"):
                command = f"ALTER TABLE {table} DELETE WHERE {where}"
                client.command(command, parameters=parameters, settings={"mutations_sync": 2})
        return erased

    def rebuild(self) -> None:
        """There are no sums."""
