"""What a team wants to know, as tables, from sums: answers do not get slower with more events.

Machines are counted, not users: a user's digest changes with the kernel in Tilt's own formula.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate

from analytics.collector import _dictionary as kinds
from analytics.collector._days import Days, iso
from analytics.collector._dictionary import ARGUMENT_OF
from analytics.collector._limits import OTHER
from analytics.collector._rollups import middle
from analytics.collector._sums import Durations, Sums
from analytics.collector._tables import Cell, Table

Row = Sequence[Cell]

_NS = 1_000_000  # in a ms

#: the command that programs run
_CI = "ci"

_BY_KIND = (
    ("versions", kinds.VERSION, "Versions"),
    ("systems", kinds.SYSTEM, "Operating systems"),
    ("repositories", kinds.REPOSITORY, "Repositories"),
    ("extensions", kinds.EXTENSION, "Extensions"),
    ("commands", kinds.COMMAND, "Commands"),
    ("clusters", kinds.CLUSTER, "Kinds of clusters"),
    ("events", kinds.EVENT, "Events"),
)
_LOAD_TIMES = (
    ("load-times", kinds.VERSION, "version"),
    ("load-times-by-system", kinds.SYSTEM, "operating system"),
    ("load-times-by-command", kinds.COMMAND, "command"),
    ("load-times-by-repository", kinds.REPOSITORY, "repository"),
)
_OPTS = (
    ("opted in", "tilt.analytics.opt.in"),
    ("was asked", "tilt.analytics.nudge.surfaced"),
    ("ran without a choice", "tilt.analytics.up.optdefault"),
)
_OPTS_NOTE = (
    "What the events show, which is the least there is: who opted out sends nothing, and some programs send "
    "these events without a machine."
)
_CI_NOTE = "A machine is one of CI if it ran the command ci. Containers of CI are often new machines."
_CHANGE_NOTE = "The change is that of the share, in percentage points, against as many days before."
_WEEKS_NOTE = "Weeks begin on Monday; the last is the one so far."


class Questions:
    """Asks for the answers about some days.

    Args:
        sums: what is known.
        days: which days the answers are about.
        known: names of built-ins, and of their arguments, that there are, to tell which nobody uses.
        about: what the collector says of itself, as rows of `quality`.
    """

    def __init__(
        self, sums: Sums, days: Days, known: Iterable[str] = (), about: Iterable[tuple[str, Cell]] = ()
    ) -> None:
        self._sums = sums
        self._days = days
        self._known = known
        self._about = about

    def tables(self) -> dict[str, Callable[[], Table]]:
        """What can be asked, by the tables' slugs, in the order of the page."""
        return {
            "figures": self.figures,
            "weeks": self.weeks,
            "people-and-ci": self.people_and_ci,
            "builtins": self.builtins,
            "builtins-by-week": partial(self.by_week, kinds.BUILTIN, "builtins-by-week", "Built-ins"),
            "unused": self.unused,
            "load-times-by-week": self.load_times_by_week,
            **{slug: partial(self.load_times, kind, slug, name) for slug, kind, name in _LOAD_TIMES},
            "versions-by-week": partial(self.by_week, kinds.VERSION, "versions-by-week", "Versions"),
            **{slug: partial(self.by_kind, kind, slug, title) for slug, kind, title in _BY_KIND},
            "opts": self.opts,
            "quality": self.quality,
            "refused": self.refused,
        }

    def figures(self) -> Table:
        """Machines, events and load times, and what they were before."""
        pairs = zip(self._figures(self._days), self._figures(self._days.before()), strict=True)
        rows = [(name, now, before) for (name, now), (_, before) in pairs]
        return Table("figures", "In short", ("figure", "now", "before"), rows)

    def _figures(self, days: Days) -> list[tuple[str, Cell]]:
        loads, p50, p95 = _times(self._sums.all_durations(days))
        return [
            ("machines", self._sums.all_machines(days)),
            ("events", self._sums.all_events(days)),
            ("loads timed", loads),
            ("median load ms", p50),
            ("p95 load ms", p95),
        ]

    # ---- who

    def weeks(self) -> Table:
        """Machines and events by week, those of CI beside."""
        rows = [(iso(week.first), *self._with_ci(week)) for week in self._days.weeks()]
        columns = ("week", "machines", "in CI", "events", "events in CI")
        return Table("weeks", "Machines by week", columns, rows, note=_WEEKS_NOTE)

    def people_and_ci(self) -> Table:
        """Machines that ran ``tilt ci``, and all others."""
        machines, ci, events, ci_events = self._with_ci(self._days)
        before, ci_before, *_ = self._with_ci(self._days.before())
        people = machines - ci
        rows = [
            ("people", people, _share(people, machines), before - ci_before, events - ci_events),
            ("CI", ci, _share(ci, machines), ci_before, ci_events),
        ]
        columns = ("who", "machines", "share %", "machines before", "events")
        return Table("people-and-ci", "CI beside people", columns, rows, note=_CI_NOTE)

    def _with_ci(self, days: Days) -> tuple[int, int, int, int]:
        """Machines, those of them in CI, events, and those of them from CI."""
        machines = self._sums.machines(kinds.COMMAND, days).get(_CI, 0)
        events = self._sums.counts(kinds.COMMAND, days).get(_CI, 0)
        return self._sums.all_machines(days), machines, self._sums.all_events(days), events

    def opts(self) -> Table:
        """What the events show of who chose what."""
        machines = self._sums.machines(kinds.EVENT, self._days)
        events = self._sums.counts(kinds.EVENT, self._days)
        rows = [(state, machines.get(name, 0), events.get(name, 0)) for state, name in _OPTS]
        everyone = ("sent anything", self._sums.all_machines(self._days), self._sums.all_events(self._days))
        columns = ("state", "machines", "events")
        return Table("opts", "Who chose what", columns, [everyone, *rows], note=_OPTS_NOTE)

    # ---- built-ins

    def builtins(self) -> Table:
        """Built-ins by machines, with their share, how that changed, and their calls."""
        columns = ("built-in", *_RANKS, "calls")
        return Table(
            "builtins", "Built-ins by machines", columns, self._ranked(kinds.BUILTIN), note=_CHANGE_NOTE
        )

    def arguments(self, builtin: str) -> Table:
        """How many machines gave each argument of *builtin*, by week; the built-in itself comes first."""
        prefix = builtin + ARGUMENT_OF
        weeks = self._days.weeks()
        called = [self._sums.machines(kinds.BUILTIN, week, builtin).get(builtin, 0) for week in weeks]
        given = _series([self._sums.machines(kinds.ARGUMENT, week, prefix) for week in weeks])
        columns = ("argument", *(iso(week.first) for week in weeks))
        title = f"{builtin}: machines by argument and week"
        rows: list[Row] = [
            ("(called)", *called),
        ]
        rows += [(name.removeprefix(prefix), *counts) for name, counts in given]
        return Table("arguments", title, columns, rows, name=builtin, note=_WEEKS_NOTE)

    def unused(self) -> Table:
        """Names that are known and that nobody used: built-ins, and arguments of those in use."""
        used = _used(self._sums.counts(kinds.BUILTIN, self._days))
        given = _used(self._sums.counts(kinds.ARGUMENT, self._days))
        rows = [
            (name,)
            for name in sorted(set(self._known) - used - given)
            if ARGUMENT_OF not in name or name.partition(ARGUMENT_OF)[0] in used
        ]
        return Table("unused", "Built-ins and arguments that nobody uses", ("name",), rows)

    # ---- loads

    def load_times(self, kind: str, slug: str, name: str) -> Table:
        """How long loads take, by the values of *kind*."""
        rows = [
            (value, *_times(durations)) for value, durations in self._sums.durations(kind, self._days).items()
        ]
        return Table(slug, f"Load times by {name}", (name, *_TIMES), _by_second(rows))

    def load_times_by_week(self) -> Table:
        """How long loads take, by week."""
        rows = [(iso(week.first), *_times(self._sums.all_durations(week))) for week in self._days.weeks()]
        return Table("load-times-by-week", "Load times by week", ("week", *_TIMES), rows, note=_WEEKS_NOTE)

    # ---- anything

    def by_kind(self, kind: str, slug: str, title: str) -> Table:
        """Machines and events by the values of *kind*."""
        return Table(slug, title, (kind, *_RANKS, "events"), self._ranked(kind), note=_CHANGE_NOTE)

    def by_week(self, kind: str, slug: str, title: str) -> Table:
        """The share of machines, in percent, that had each value of *kind*, by week."""
        weeks = self._days.weeks()
        everyone = [self._sums.all_machines(week) for week in weeks]
        series = _series([self._sums.machines(kind, week) for week in weeks])
        rows: list[Row] = [(name, *map(_share, counts, everyone)) for name, counts in series]
        columns = (kind, *(iso(week.first) for week in weeks))
        return Table(slug, f"{title} by week, % of machines", columns, rows, note=_WEEKS_NOTE)

    def _ranked(self, kind: str) -> list[Row]:
        """Value, machines, their share, its change, the machines before, the count; most machines first."""
        now, before = self._days, self._days.before()
        machines, had = self._sums.machines(kind, now), self._sums.machines(kind, before)
        everyone, all_before = self._sums.all_machines(now), self._sums.all_machines(before)
        counts = self._sums.counts(kind, now)
        rows: list[Row] = []
        for name in {*machines, *had, *counts}:
            share = _share(machines.get(name, 0), everyone)
            change = round(share - _share(had.get(name, 0), all_before), 1) if all_before else None
            rows.append((name, machines.get(name, 0), share, change, had.get(name, 0), counts.get(name, 0)))
        return _by_second(rows)

    # ---- the collector itself

    def quality(self) -> Table:
        """What to know of the data before believing it."""
        first, last = self._sums.first_day(), self._sums.last_event()
        rows: list[Row] = [
            ("first day with sums", None if first is None else iso(first)),
            ("latest event (UTC)", None if last is None else moment(last)),
            ("events", self._sums.all_events(self._days)),
            ("events refused", sum(self._sums.refused(self._days).values())),
            ("counted as ~other, beyond a limit", self._beyond_limits()),
            *self._about,
        ]
        return Table("quality", "Quality of the data", ("figure", "value"), rows)

    def _beyond_limits(self) -> int:
        kept = (
            self._sums.counts(kind, self._days, OTHER) for kind in (*_KINDS, kinds.BUILTIN, kinds.ARGUMENT)
        )
        return sum(counts.get(OTHER, 0) for counts in kept)

    def refused(self) -> Table:
        """What was not kept, by reason."""
        rows = _by_second(self._sums.refused(self._days).items())
        return Table("refused", "Events that were refused", ("reason", "events"), rows)


_KINDS = tuple(kind for _, kind, _ in _BY_KIND)
_RANKS = ("machines", "share %", "change", "machines before")
_TIMES = ("loads", "p50 ms", "p95 ms")


def _times(durations: Durations) -> tuple[int, float | None, float | None]:
    p50, p95 = percentiles(durations, 0.5, 0.95)
    return sum(durations.values()), p50, p95


def percentiles(durations: Durations, *shares: float) -> list[float | None]:
    """The durations, in ms, that these *shares* of the loads do not exceed; off by a hundredth at most."""
    buckets = sorted(durations)
    if not buckets:
        return [None for _ in shares]
    passed = list(accumulate(durations[bucket] for bucket in buckets))
    found = (buckets[bisect_left(passed, share * passed[-1])] for share in shares)
    return [round(middle(bucket) / _NS, 1) for bucket in found]


def moment(milliseconds: int) -> str:
    """A moment, for people, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _series(weeks: Sequence[Mapping[str, int]]) -> list[tuple[str, list[int]]]:
    """Each name with its count in each of *weeks*; those that count most first, then by name."""
    names = {name for week in weeks for name in week}
    series = [(name, [week.get(name, 0) for week in weeks]) for name in names]
    return sorted(series, key=lambda one: (-sum(one[1]), one[0]))


def _used(counts: Mapping[str, int]) -> set[str]:
    return {name for name, count in counts.items() if count}


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _by_second(rows: Iterable[Row]) -> list[Row]:
    """By the second column, largest first; then by name."""
    return sorted(rows, key=lambda row: (-float(row[1] or 0), str(row[0])))
