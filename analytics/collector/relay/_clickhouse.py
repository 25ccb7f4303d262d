"""Ships into ClickHouse, which has no transactions: what is sent again is known by its ids.

An event's id is the one that it came with, else its place in the spool; so it is the same however often, and
however cut into blocks, it is sent. Each id counts once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import blake2b
from time import monotonic, time
from typing import Any

from clickhouse_connect.driver.client import Client

from analytics.collector._days import DAY_MS
from analytics.collector._dictionary import calls_of
from analytics.collector._errors import CollectorError
from analytics.collector._read import Event, RefusedError, parse
from analytics.collector.relay._clickhouse_connect import FAILURES, connect, rows, told
from analytics.collector.relay._frames import Spooled
from analytics.collector.relay._sink import SinkError
from analytics.collector.relay._spool import Block

_ID_BYTES = 16
_TIME_BYTES = 6
_LAST_TIME = (1 << 8 * _TIME_BYTES) - 1
_LAST_RANK = (1 << 64) - 1
_PLACE_BITS = 20  # of a rank; a frame has more than 16 bytes
_LOOK_SECONDS = 3600

_EVENT = (
    "id", "rank", "time", "name", "os", "version", "repository", "command", "extension", "cluster", "person",
    "machine", "duration", "calls", "body",
)  # fmt: skip
_REFUSED = ("id", "time", "reason", "body")


class ClickHouse:
    """A `Sink`.

    Args:
        address: the database's.
        keep_days: for how long events are kept; for good if None.
    """

    def __init__(self, address: str, keep_days: int | None = None) -> None:
        self.doubles = 0  # they are found when it merges, and not told
        self._address = address
        self._keep_days = keep_days
        self._client: Client | None = None
        self._looked = float("-inf")  # for what is to be let go

    def open(self) -> None:
        """Connect, if it is not connected."""
        if self._client is None:
            try:
                self._client = connect(self._address)
            except CollectorError as error:
                raise SinkError(str(error)) from None

    def close(self) -> None:
        """Disconnect."""
        if self._client is not None:
            with suppress(*FAILURES):
                self._client.close()
            self._client = None

    def position(self, segment: str) -> int:
        """How many bytes of *segment* it has."""
        with self._told() as client:
            query = "SELECT max(position) FROM segment WHERE name = {name:String}"
            return int(rows(client, query, name=segment)[0][0])

    def ship(self, block: Block) -> None:
        """Keep the events of *block*."""
        token = f"{block.segment}:{block.start}:{block.end}"
        kept, refused = _rows(block)
        with self._told() as client:
            for table, columns, data in (("event", _EVENT, kept), ("refused", _REFUSED, refused)):
                if data:
                    settings = {"insert_deduplication_token": token}
                    client.insert(table, data, column_names=columns, settings=settings)
            client.insert("segment", [[block.segment, block.end]], column_names=("name", "position"))

    def settle(self) -> None:
        """Drop the months whose days are all to be let go, now and then."""
        if self._keep_days is not None and monotonic() - self._looked > _LOOK_SECONDS:
            with self._told() as client:
                _forget(client, int(time() * 1000) - self._keep_days * DAY_MS)
            self._looked = monotonic()

    @contextmanager
    def _told(self) -> Iterator[Client]:
        """Whatever fails, begin from the start, and say it."""
        try:
            with told():
                yield self._client  # type: ignore[misc] # open comes first
        except CollectorError as error:
            self.close()
            raise SinkError(str(error)) from None


def _rows(block: Block) -> tuple[list[Sequence[Any]], list[Sequence[Any]]]:
    """Rows for the tables of events and of what is refused."""
    kept: list[Sequence[Any]] = []
    refused: list[Sequence[Any]] = []
    for one, end in zip(block.events, block.ends, strict=True):
        id = _id(one, f"{block.segment}:{end}")
        event = _read(one)
        if isinstance(event, Event):
            kept.append(_row(id, _rank(one, end), one, event))
        else:
            refused.append((id, one.came, event, one.body))
    return kept, refused


def _read(one: Spooled) -> Event | str:
    """The event, or why it is refused."""
    if one.is_refused:
        return one.label.decode(errors="replace")
    try:
        return parse(one.body)
    except RefusedError as error:
        return str(error)


def _row(id: bytes, rank: int, one: Spooled, event: Event) -> Sequence[Any]:
    calls = {name: count for _, name, count in calls_of(event.profile)}
    extension, cluster = (str(event.tags.get(key, "")) for key in ("ext_name", "env"))
    return (
        id, rank, one.happened, event.name, event.os, event.version, event.origin,
        event.command, extension, cluster, event.user, event.machine, event.duration, calls, one.body,
    )  # fmt: skip


def _rank(one: Spooled, end: int) -> int:
    """Higher for what came first: of the same millisecond, for what stands before in its segment."""
    return _LAST_RANK - (one.came << _PLACE_BITS | min(end >> 4, (1 << _PLACE_BITS) - 1))


def _id(one: Spooled, place: str) -> bytes:
    """Sixteen bytes: our own clients' ids as they are, which begin with the time, as those without one do."""
    if one.is_refused or not one.label:
        digest = blake2b(place.encode(), digest_size=_ID_BYTES - _TIME_BYTES).digest()
        return (one.happened & _LAST_TIME).to_bytes(_TIME_BYTES, "big") + digest
    return one.label if len(one.label) == _ID_BYTES else blake2b(one.label, digest_size=_ID_BYTES).digest()


def _forget(client: Client, before: int) -> None:
    """Drop the months that were over *before*, in ms since 1970."""
    month = datetime.fromtimestamp(before / 1000, UTC).strftime("%Y%m")
    for table in ("event", "refused"):
        query = (
            "SELECT DISTINCT partition FROM system.parts WHERE active AND database = currentDatabase() "
            "AND table = {table:String} AND partition < {month:String}"
        )
        for (partition,) in rows(client, query, table=table, month=month):
            client.command(f"ALTER TABLE {table} DROP PARTITION {int(partition)}")
