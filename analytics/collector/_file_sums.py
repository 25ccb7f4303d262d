"""The sums in a collector's own file: a few bitmaps for each week and day, whatever the number of events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import orjson

from analytics.collector._contexts import ALL
from analytics.collector._days import Days
from analytics.collector._dictionary import REPOSITORY
from analytics.collector._packed import DurationSums, Union
from analytics.collector._sql import Database
from analytics.collector._sums import Durations


class FileSums:
    """`Sums` of one file; for one thread.

    Args:
        db: a connection that only reads.
        repositories: names to show, by the digests that stand for them; one name may have several.
    """

    def __init__(self, db: Database, repositories: Mapping[str, str] | None = None) -> None:
        self._db = db
        self._repositories = repositories or {}
        self._known: dict[str, dict[int, str]] = {}

    def machines(self, kind: str, days: Days, prefix: str = "") -> Mapping[str, int]:
        """How many machines had each value of *kind*."""
        names = self._names(kind, prefix)
        reached: dict[str, Union] = {}
        for facet, machines in self._rows("sum_machines", names, days):
            union = reached.get(names[facet])
            if union is None:
                union = reached[names[facet]] = Union()
            union.add(machines)
        return {name: count for name, union in reached.items() if (count := len(union))}

    def all_machines(self, days: Days) -> int:
        """How many machines sent anything."""
        union = Union()
        for _, machines in self._rows("sum_machines", (ALL,), days):
            union.add(machines)
        return len(union)

    def counts(self, kind: str, days: Days, prefix: str = "") -> Mapping[str, int]:
        """How many events had each value of *kind*; of built-ins and arguments, how many calls."""
        names = self._names(kind, prefix)
        counted: dict[str, int] = {}
        for facet, count in self._rows("sum_count", names, days):
            counted[names[facet]] = counted.get(names[facet], 0) + count
        return counted

    def all_events(self, days: Days) -> int:
        """How many events there were."""
        return sum(count for _, count in self._rows("sum_count", (ALL,), days))

    def durations(self, kind: str, days: Days) -> Mapping[str, Durations]:
        """How long loads took, for each value of *kind*."""
        names = self._names(kind)
        found: dict[str, DurationSums] = {}
        for facet, counts in self._rows("sum_durations", names, days):
            found.setdefault(names[facet], DurationSums()).add(counts)
        return {name: sums.counts() for name, sums in found.items()}

    def all_durations(self, days: Days) -> Durations:
        """How long all loads took."""
        sums = DurationSums()
        for _, counts in self._rows("sum_durations", (ALL,), days):
            sums.add(counts)
        return sums.counts()

    def refused(self, days: Days) -> Mapping[str, int]:
        """How many events were not kept, by the reason."""
        query = (
            "SELECT reason, CAST(sum(events) AS BIGINT) FROM refused_count "
            "WHERE day BETWEEN ? AND ? GROUP BY reason"
        )
        return dict(self._db.execute(query, (days.first, days.last)))

    def first_day(self) -> int | None:
        """The first day that there are sums of, in days since 1970; None without any."""
        return self._one("SELECT min(first) FROM sum_count WHERE days = 1")

    def last_event(self) -> int | None:
        """When the event that came last happened, in ms since 1970; None without any."""
        return self._one("SELECT time FROM event ORDER BY id DESC LIMIT 1")

    def _one(self, query: str) -> int | None:
        row = self._db.execute(query).fetchone()
        return row[0] if row else None

    def _names(self, kind: str, prefix: str = "") -> Mapping[int, str]:
        names = self._known.get(kind)
        if names is None:
            names = dict(self._db.execute("SELECT id, value FROM facet WHERE kind = ?", (kind,)))
            if kind == REPOSITORY:
                names = {facet: self._repositories.get(value, value) for facet, value in names.items()}
            self._known[kind] = names
        if not prefix:
            return names
        return {facet: value for facet, value in names.items() if value.startswith(prefix)}

    def _rows(self, table: str, facets: Iterable[int], days: Days) -> Iterator[tuple[int, Any]]:
        """What *table* has for *facets*: each facet with a value, for every block of *days*."""
        wanted = orjson.dumps(list(facets)).decode()
        for length, blocks in groupby(days.blocks(), key=lambda block: block[0]):
            firsts = orjson.dumps([first for _, first in blocks]).decode()
            yield from self._db.execute(_ROWS.format(COLUMNS[table], table), (length, firsts, wanted))


COLUMNS = {"sum_machines": "machines", "sum_count": "count", "sum_durations": "counts"}
_ROWS = """
    SELECT facet, {} FROM {}
    WHERE days = ? AND first IN (SELECT value FROM json_each(?)) AND facet IN (SELECT value FROM json_each(?))
"""
