"""What is counted by day and by week, so that questions need not read the events.

The sums are written about once a second, with the number of the last event that is in them. What is not in
them when the collector stops, even by force, is added from the events when it starts again (`Store.reload`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import orjson

from analytics.collector._contexts import Context
from analytics.collector._days import blocks_of
from analytics.collector._sql import Database

#: how much a bucket of durations spans; half of it is the largest error of a percentile
SPREAD = 1.02
_LOG_SPREAD = math.log(SPREAD)

Value = TypeVar("Value")
Key = TypeVar("Key", bound=tuple[object, ...])
#: a `Block`'s length in days, its first day, and a facet
Cell = tuple[int, int, int]

_KEPT = 100_000  # cells that are known without a look at the disk
_REACHED = 500_000


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
        self._reached: set[tuple[int, int, object]] = set()
        self._machines: _Cells[bytearray] = _Cells(db, "sum_machines", "machines", bytearray, bytes)
        self._counts: _Cells[dict[str, int]] = _Cells(db, "sum_durations", "counts", _counts, orjson.dumps)

    def add(self, day: int, context: Context, machine: int | None, profile: int | None) -> None:
        """Count one event.

        Args:
            day: when it happened, in days since 1970.
            context: what it is counted under.
            machine: the machine's number.
            profile: the number of its counts of built-ins.
        """
        _add(self._events, (day, context))
        if profile is not None:
            _add(self._loads, (day, profile))
        if machine is None:
            return
        if (day, machine, context) not in self._reached:
            self._reach(day, machine, context, context.facets)
        if profile is not None and (day, machine, profile) not in self._reached:
            self._reach(day, machine, profile, (facet for facet, _ in self._calls(profile)))

    def time(self, day: int, context: Context, duration: int) -> None:
        """Count how long one event took, in nanoseconds."""
        _add(self._durations, (day, context, bucket(duration)))

    def _reach(self, day: int, machine: int, reason: object, facets: Iterable[int]) -> None:
        """Note that *machine* has *facets* on *day*; *reason* says that it has all of them."""
        self._reached.add((day, machine, reason))
        at, mask = machine >> 3, 1 << (machine & 7)
        blocks = blocks_of(day)
        for cell in ((*block, facet) for facet in facets for block in blocks):
            machines = self._machines.get(cell)
            if at >= len(machines):
                machines.extend(bytes(at + 1 - len(machines)))
            if not machines[at] & mask:
                machines[at] |= mask
                self._machines.changed.add(cell)

    def write(self) -> None:
        """Write what has been counted since the last time."""
        self._spread_durations()
        self._db.executemany(_ADD_COUNT, ((*cell, count) for cell, count in self._by_facet().items()))
        self._events.clear()
        self._loads.clear()
        self._durations.clear()
        self._machines.write()
        self._counts.write()
        if len(self._reached) > _REACHED:
            self._reached.clear()

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
        for (day, context, number), count in self._durations.items():
            for cell in ((*block, facet) for facet in context.timed for block in blocks_of(day)):
                counts = self._counts.get(cell)
                counts[str(number)] = counts.get(str(number), 0) + count
                self._counts.changed.add(cell)


class _Cells(Generic[Value]):
    """The values of a table of sums, kept in memory while they are in use."""

    def __init__(
        self,
        db: Database,
        table: str,
        column: str,
        decode: Callable[[bytes], Value],
        encode: Callable[[Value], bytes],
    ) -> None:
        self._db = db
        self._table, self._column = table, column
        self._decode, self._encode = decode, encode
        self._values: dict[Cell, Value] = {}
        self.changed: set[Cell] = set()

    def get(self, cell: Cell) -> Value:
        """The value of *cell*, to be changed in place; whoever does so adds the cell to `changed`."""
        found = self._values.get(cell)
        if found is None:
            query = f"SELECT * FROM {self._table} WHERE days = ? AND first = ? AND facet = ?"
            row = self._db.execute(query, cell).fetchone()
            found = self._values[cell] = self._decode(row[3] if row else b"")
        return found

    def write(self) -> None:
        """Write what was changed."""
        rows = ((*cell, self._encode(self._values[cell])) for cell in self.changed)
        query = (
            f"INSERT INTO {self._table} VALUES (?, ?, ?, ?) "
            f"ON CONFLICT (days, first, facet) DO UPDATE SET {self._column} = excluded.{self._column}"
        )
        self._db.executemany(query, rows)
        self.changed.clear()
        if len(self._values) > _KEPT:
            self._values.clear()


def _counts(text: bytes) -> dict[str, int]:
    counts: dict[str, int] = orjson.loads(text or b"{}")
    return counts


def _add(counted: dict[Key, int], key: Key) -> None:
    counted[key] = counted.get(key, 0) + 1


_ADD_COUNT = (
    "INSERT INTO sum_count VALUES (?, ?, ?, ?) "
    "ON CONFLICT (days, first, facet) DO UPDATE SET count = sum_count.count + excluded.count"
)
