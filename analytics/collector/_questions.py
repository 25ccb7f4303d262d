"""What a team wants to know, as tables, from the rollups: answers do not get slower with more events.

Machines are counted, not users: a user's digest changes with the kernel in Tilt's own formula.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

import attrs
import orjson

from analytics.collector import _dictionary as kinds
from analytics.collector._contexts import ALL
from analytics.collector._rollups import middle

Cell = str | int | float | None
_MS = 1_000_000
_WEEK = 7
_MONDAY = 3  # 1970-01-01 was a Thursday
_ARGUMENT = ".arg."


@attrs.frozen
class Table:
    """An answer.

    Attributes:
        slug: the kind of table, as in addresses.
        name: what it is about, of several of a kind.
        title: what it tells.
        columns: their headings; the first names the row.
        rows: one cell for each column.
    """

    slug: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    name: str = ""

    def records(self) -> list[dict[str, Cell]]:
        """The rows as objects, by the columns' headings."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@attrs.frozen
class Days:
    """Days from the first to the last, in days since 1970, both included."""

    first: int
    last: int

    def before(self) -> Days:
        """As many days, just before these."""
        return Days(self.first - (self.last - self.first + 1), self.first - 1)

    def weeks(self) -> list[Days]:
        """The weeks, from Monday on, that these days are in."""
        monday = self.first - (self.first + _MONDAY) % _WEEK
        return [Days(day, day + _WEEK - 1) for day in range(monday, self.last + 1, _WEEK)]


_BY_FACET = (
    ("versions", kinds.VERSION, "Versions"),
    ("systems", kinds.SYSTEM, "Operating systems"),
    ("repositories", kinds.REPOSITORY, "Repositories"),
    ("extensions", kinds.EXTENSION, "Extensions"),
    ("commands", kinds.COMMAND, "Commands"),
    ("clusters", kinds.CLUSTER, "Kinds of clusters"),
    ("events", kinds.EVENT, "Events"),
)


class Questions:
    """Asks one file; for one thread.

    Args:
        db: a connection that only reads.
        days: which days the answers are about.
    """

    def __init__(self, db: sqlite3.Connection, days: Days) -> None:
        self._db = db
        self._days = days

    def tables(self, known: Iterable[str] = ()) -> dict[str, Callable[[], Table]]:
        """What can be asked, by the tables' slugs, in the order of the page.

        Args:
            known: names of built-ins that there are, to tell which nobody uses.
        """
        return {
            "builtins": self.builtins,
            "load-times": self.load_times,
            **{slug: partial(self.by, kind, slug, title) for slug, kind, title in _BY_FACET},
            "unused": partial(self.unused, known),
            "refused": self.refused,
        }

    def overview(self) -> dict[str, Cell]:
        """Machines, events and the median load of these days."""
        events = self._one("SELECT sum(events) FROM day_events WHERE facet = ? AND day BETWEEN ? AND ?", ALL)
        counts = self._durations(ALL)
        return {
            "machines": self._reach_of(ALL, self._days).bit_count(),
            "events": int(events or 0),
            "loads timed": sum(counts.values()),
            "median load ms": _percentile(counts, 0.5),
        }

    def builtins(self) -> Table:
        """Built-ins by machines, with their share, their calls, and the days before."""
        now, before = self._reach(kinds.BUILTIN, self._days), self._reach(kinds.BUILTIN, self._days.before())
        everyone = self._reach_of(ALL, self._days).bit_count()
        calls = self._calls()
        names = {*now, *before}
        rows: list[Sequence[Cell]] = [
            (name, machines, _share(machines, everyone), _count(before, name), calls.get(name, 0))
            for name in names
            if _ARGUMENT not in name
            for machines in [_count(now, name)]
        ]
        columns = ("built-in", "machines", "share %", "machines before", "calls")
        return Table("builtins", "Built-ins by machines", columns, _ranked(rows))

    def arguments(self, builtin: str) -> Table:
        """How many machines gave each argument of *builtin*, by week; the built-in itself comes first."""
        weeks = self._days.weeks()
        reaches = [self._reach(kinds.BUILTIN, week) for week in weeks]
        prefix = builtin + _ARGUMENT
        names = sorted({name for reach in reaches for name in reach if name.startswith(prefix)})
        columns = ("argument", *(_date(week.first) for week in weeks))
        rows: list[Sequence[Cell]] = [
            (
                name.removeprefix(prefix) if name != builtin else "(called)",
                *(_count(r, name) for r in reaches),
            )
            for name in (builtin, *names)
        ]
        title = f"{builtin}: machines by argument and week"
        return Table("arguments", title, columns, rows, name=builtin)

    def unused(self, known: Iterable[str]) -> Table:
        """Names of *known* that nobody used in these days: built-ins, and arguments of those in use."""
        used = self._reach(kinds.BUILTIN, self._days)
        rows = [
            (name,)
            for name in sorted(set(known).difference(used))
            if _ARGUMENT not in name or name.partition(_ARGUMENT)[0] in used
        ]
        return Table("unused", "Built-ins and arguments that nobody uses", ("name",), rows)

    def load_times(self) -> Table:
        """How long loads take, by version."""
        rows = []
        for number, version in self._db.execute(
            "SELECT id, value FROM facet WHERE kind = ?", (kinds.VERSION,)
        ):
            counts = self._durations(number)
            if counts:
                row = (version, sum(counts.values()), _percentile(counts, 0.5), _percentile(counts, 0.95))
                rows.append(row)
        columns = ("version", "loads", "p50 ms", "p95 ms")
        return Table("load-times", "Load times by version", columns, _ranked(rows))

    def by(self, kind: str, slug: str, title: str) -> Table:
        """Machines and events by the facets of *kind*."""
        machines = self._reach(kind, self._days)
        events = dict(self._events(kind))
        rows = [(name, _count(machines, name), events.get(name, 0)) for name in {*machines, *events}]
        return Table(slug, title, (kind, "machines", "events"), _ranked(rows))

    def refused(self) -> Table:
        """What was not kept, by reason."""
        query = (
            "SELECT reason, sum(events) FROM refused_count WHERE day BETWEEN ? AND ? "
            "GROUP BY reason ORDER BY 2 DESC"
        )
        rows = self._db.execute(query, (self._days.first, self._days.last)).fetchall()
        return Table("refused", "Events that were refused", ("reason", "events"), rows)

    # ---- from the rollups

    def _one(self, query: str, *parameters: Cell) -> Cell:
        row = self._db.execute(query, (*parameters, self._days.first, self._days.last)).fetchone()
        found: Cell = row[0]
        return found

    def _reach(self, kind: str, days: Days) -> Mapping[str, int]:
        """The machines of each facet of *kind*, as bits."""
        reach: dict[str, int] = {}
        for name, machines in self._db.execute(_REACH, (days.first, days.last, kind)):
            reach[name] = reach.get(name, 0) | int.from_bytes(machines, "little")
        return reach

    def _reach_of(self, facet: int, days: Days) -> int:
        query = "SELECT machines FROM day_machines WHERE facet = ? AND day BETWEEN ? AND ?"
        reach = 0
        for (machines,) in self._db.execute(query, (facet, days.first, days.last)):
            reach |= int.from_bytes(machines, "little")
        return reach

    def _calls(self) -> dict[str, int]:
        return dict(self._db.execute(_CALLS, (self._days.first, self._days.last)))

    def _events(self, kind: str) -> Iterable[tuple[str, int]]:
        return self._db.execute(_EVENTS, (self._days.first, self._days.last, kind))

    def _durations(self, facet: int) -> dict[int, int]:
        """Loads by bucket of their durations."""
        sums: dict[int, int] = {}
        query = "SELECT counts FROM day_durations WHERE facet = ? AND day BETWEEN ? AND ?"
        for (text,) in self._db.execute(query, (facet, self._days.first, self._days.last)):
            for bucket, count in orjson.loads(text).items():
                sums[int(bucket)] = sums.get(int(bucket), 0) + count
        return sums


def _percentile(counts: Mapping[int, int], share: float) -> float | None:
    """The duration, in ms, that *share* of the loads do not exceed; off by a hundredth at most."""
    rank, passed = share * sum(counts.values()), 0
    for bucket in sorted(counts):
        passed += counts[bucket]
        if passed >= rank:
            return round(middle(bucket) / _MS, 1)
    return None


def _count(reach: Mapping[str, int], name: str) -> int:
    return reach.get(name, 0).bit_count()


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _ranked(rows: Iterable[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """By the second column, largest first; then by name."""
    return sorted(rows, key=lambda row: (-float(row[1] or 0), str(row[0])))


def _date(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


_REACH = (
    "SELECT facet.value, machines FROM day_machines JOIN facet ON facet.id = day_machines.facet "
    "WHERE day BETWEEN ? AND ? AND facet.kind = ?"
)
_EVENTS = (
    "SELECT facet.value, sum(events) FROM day_events JOIN facet ON facet.id = day_events.facet "
    "WHERE day BETWEEN ? AND ? AND facet.kind = ? GROUP BY facet.id"
)
_CALLS = (
    "SELECT facet.value, sum(loads * calls) FROM day_profiles JOIN profile_calls USING (profile) "
    "JOIN facet ON facet.id = profile_calls.builtin WHERE day BETWEEN ? AND ? GROUP BY facet.id"
)
