"""What is counted by day and by week, so that questions need not read the events.

The sums are written about once a second, with the number of the last event that is in them. What is not in
them when the collector stops, even by force, is added from the events when it starts again (`Store.reload`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from analytics.collector._contexts import Context
from analytics.collector._days import blocks_of
from analytics.collector._packed import (
    bits_of,
    pack_durations,
    pack_machines,
    unpack_durations,
    unpack_machines,
)
from analytics.collector._sql import Database

#: how much a bucket of durations spans; half of it is the largest error of a percentile
SPREAD = 1.02
_LOG_SPREAD = math.log(SPREAD)

Value = TypeVar("Value")
Key = TypeVar("Key", bound=tuple[object, ...])
#: a `Block`'s length in days, its first day, and a facet
Cell = tuple[int, int, int]

#: how many sets of machines, and of durations, are known without a look at the disk
_SETS_KEPT, _COUNTS_KEPT = 20_000, 4_000


def bucket(duration: int) -> int:
    """The bucket of a duration in nanoseconds."""
    return int(math.log(duration) / _LOG_SPREAD) if duration > 1 else 0


def middle(number: int) -> float:
    """The duration that stands for all in a bucket, in nanoseconds."""
    return float(SPREAD ** (number + 0.5))


class Rollups:
    """Adds events up, and writes the sums in the transaction that is under way.

    After a transaction that failed, it must be made anew.

    Args:
        db: where they are kept.
        calls: what a profile counts: facets of built-ins and arguments, and their calls.
    """

    def __init__(self, db: Database, calls: Callable[[int], Iterable[tuple[int, int]]]) -> None:
        self._db = db
        self._calls = calls
        self._events: dict[tuple[int, Context], int] = {}
        self._loads: dict[tuple[int, int], int] = {}
        self._durations: dict[tuple[int, Context, int], int] = {}
        # by day, and by context or profile: they say which facets a machine has
        self._seen: dict[tuple[int, Context | int], set[int]] = {}
        self._reached: dict[tuple[int, Context | int], int] = {}
        self._machines = _Cells(db, "sum_machines", "machines", unpack_machines, pack_machines, _SETS_KEPT)
        self._counts = _Cells(db, "sum_durations", "counts", unpack_durations, pack_durations, _COUNTS_KEPT)

    def add(self, day: int, context: Context, machine: int | None, profile: int | None) -> None:
        """Count one event.

        Args:
            day: when it happened, in days since 1970.
            context: what it is counted under.
            machine: the machine's number.
            profile: the number of its counts of built-ins.
        """
        _add(self._events, (day, context))
        if machine is not None:
            self._see(day, context, machine)
        if profile is not None:
            _add(self._loads, (day, profile))
            if machine is not None:
                self._see(day, profile, machine)

    def _see(self, day: int, reason: Context | int, machine: int) -> None:
        seen = self._seen.get((day, reason))
        if seen is None:
            self._seen[day, reason] = {machine}
        else:
            seen.add(machine)

    def time(self, day: int, context: Context, duration: int) -> None:
        """Count how long one event took, in nanoseconds."""
        _add(self._durations, (day, context, bucket(duration)))

    def write(self) -> None:
        """Write what has been counted since the last time."""
        self._spread_machines()
        self._spread_durations()
        self._db.executemany(_ADD_COUNT, ((*cell, count) for cell, count in self._by_facet().items()))
        self._machines.write()
        self._counts.write()
        for counted in (self._events, self._loads, self._durations, self._seen):
            counted.clear()
        if len(self._reached) > _SETS_KEPT:
            self._reached.clear()

    def _spread_machines(self) -> None:
        for (day, facet), bits in self._new_machines().items():
            for cell in ((*block, facet) for block in blocks_of(day)):
                before = self._machines.get(cell)
                if bits & ~before:
                    self._machines.put(cell, before | bits)

    def _new_machines(self) -> dict[tuple[int, int], int]:
        """By day and facet, the machines that have it for a reason that they did not have before."""
        new: dict[tuple[int, int], int] = {}
        for (day, reason), machines in self._seen.items():
            before = self._reached.get((day, reason), 0)
            bits = bits_of(machines) & ~before
            if not bits:
                continue
            self._reached[day, reason] = before | bits
            for facet in self._facets(reason):
                new[day, facet] = new.get((day, facet), 0) | bits
        return new

    def _facets(self, reason: Context | int) -> Iterable[int]:
        return reason.facets if isinstance(reason, Context) else (facet for facet, _ in self._calls(reason))

    def _by_facet(self) -> dict[Cell, int]:
        by_day: dict[tuple[int, int], int] = {}
        for (day, context), count in self._events.items():
            for facet in context.facets:
                by_day[day, facet] = by_day.get((day, facet), 0) + count
        for (day, profile), loads in self._loads.items():
            for facet, calls in self._calls(profile):
                by_day[day, facet] = by_day.get((day, facet), 0) + loads * calls
        counted: dict[Cell, int] = {}
        for (day, facet), count in by_day.items():
            for block in blocks_of(day):
                counted[*block, facet] = counted.get((*block, facet), 0) + count
        return counted

    def _spread_durations(self) -> None:
        for (day, facet), buckets in self._new_durations().items():
            for cell in ((*block, facet) for block in blocks_of(day)):
                counts = self._counts.get(cell)
                for number, count in buckets.items():
                    counts[number] = counts.get(number, 0) + count
                self._counts.put(cell, counts)

    def _new_durations(self) -> dict[tuple[int, int], dict[int, int]]:
        new: dict[tuple[int, int], dict[int, int]] = {}
        for (day, context, number), count in self._durations.items():
            for facet in context.timed:
                buckets = new.setdefault((day, facet), {})
                buckets[number] = buckets.get(number, 0) + count
        return new


class _Cells(Generic[Value]):
    """The values of a table of sums, kept in memory while they are in use."""

    def __init__(
        self,
        db: Database,
        table: str,
        column: str,
        decode: Callable[[bytes], Value],
        encode: Callable[[Value], bytes],
        most: int,
    ) -> None:
        self._db = db
        self._table, self._column = table, column
        self._decode, self._encode = decode, encode
        self._most = most
        self._values: dict[Cell, Value] = {}
        self._changed: set[Cell] = set()

    def get(self, cell: Cell) -> Value:
        """The value of *cell*."""
        found = self._values.get(cell)
        if found is None:
            query = f"SELECT * FROM {self._table} WHERE days = ? AND first = ? AND facet = ?"
            row = self._db.execute(query, cell).fetchone()
            found = self._values[cell] = self._decode(row[3] if row else b"")
        return found

    def put(self, cell: Cell, value: Value) -> None:
        """Give *cell* another value."""
        self._values[cell] = value
        self._changed.add(cell)

    def write(self) -> None:
        """Write what was changed."""
        rows = ((*cell, self._encode(self._values[cell])) for cell in self._changed)
        query = (
            f"INSERT INTO {self._table} VALUES (?, ?, ?, ?) "
            f"ON CONFLICT (days, first, facet) DO UPDATE SET {self._column} = excluded.{self._column}"
        )
        self._db.executemany(query, rows)
        self._changed.clear()
        if len(self._values) > self._most:
            self._values.clear()


def _add(counted: dict[Key, int], key: Key) -> None:
    counted[key] = counted.get(key, 0) + 1


_ADD_COUNT = (
    "INSERT INTO sum_count VALUES (?, ?, ?, ?) "
    "ON CONFLICT (days, first, facet) DO UPDATE SET count = sum_count.count + excluded.count"
)
