"""Sums over any days are what one gets by going through the events."""

from collections import defaultdict

import pytest
from collecting import DAY, NOW, event
from hypothesis import given
from hypothesis import strategies as st

from analytics.collector import _dictionary as kinds
from analytics.collector._days import Days, monday
from analytics.collector._file_sums import FileSums
from analytics.collector._rollups import bucket
from analytics.collector._store import Post, Store, connect

TODAY = NOW // DAY
SENT = st.fixed_dictionaries(
    {
        "day": st.integers(TODAY - 30, TODAY),
        "machine": st.sampled_from([None, "m1", "m2", "m3"]),
        "version": st.sampled_from([None, "0.36", "0.37"]),
        "git__origin": st.sampled_from([None, "r1", "r2", "r3"]),
        "calls": st.dictionaries(st.sampled_from(["a", "b", "b.arg.c", "b.arg.d"]), st.integers(0, 5)),
        "duration": st.sampled_from([None, 0, 10**9, 2 * 10**9]),
    }
)
SPANS = st.tuples(st.integers(TODAY - 40, TODAY), st.integers(0, 25)).map(lambda at: Days(at[0], sum(at)))
NAMES = {"r1": "web", "r2": "web"}


class Recount:
    """The same sums, from the events themselves."""

    def __init__(self, sent, days):
        self.machines, self.counts, self.durations = (
            defaultdict(lambda: defaultdict(set)),
            defaultdict(lambda: defaultdict(int)),
            defaultdict(lambda: defaultdict(lambda: defaultdict(int))),
        )
        for one in sent:
            if days.first <= one["day"] <= days.last:
                self.add(one)

    def add(self, one):
        origin = one["git__origin"]
        had = [("all", "all"), (kinds.VERSION, one["version"]), (kinds.REPOSITORY, NAMES.get(origin, origin))]
        calls = [(kinds.ARGUMENT if ".arg." in n else kinds.BUILTIN, n) for n in one["calls"]]
        for kind, value in filter(lambda pair: pair[1], [*had, *calls]):
            self.counts[kind][value] += one["calls"].get(value, 1)
            if one["machine"]:
                self.machines[kind][value].add(one["machine"])
            if one["duration"] is not None and (kind, value) in had:
                self.durations[kind][value][bucket(one["duration"])] += 1


@given(st.lists(SENT, max_size=12), SPANS)
def test_sums_are_those_of_the_events(tmp_path_factory, sent, days):
    db = connect(str(tmp_path_factory.mktemp("db") / "c.db"))
    store = Store(db)
    for one in sent:
        tags = {key: value for key, value in one.items() if key != "day"}
        store.write([Post([event(name="tilt.tiltfile.load", **tags)], one["day"] * DAY)])
    store.settle()
    sums, expected = FileSums(db, NAMES), Recount(sent, days)
    for kind in (kinds.VERSION, kinds.REPOSITORY, kinds.BUILTIN, kinds.ARGUMENT):
        assert sums.machines(kind, days) == {n: len(m) for n, m in expected.machines[kind].items()}
        assert sums.counts(kind, days) == expected.counts[kind]
        assert sums.durations(kind, days) == expected.durations[kind]
    assert sums.all_machines(days) == len(expected.machines["all"]["all"])
    assert sums.all_events(days) == expected.counts["all"]["all"]
    assert sums.all_durations(days) == expected.durations["all"]["all"]
    assert sums.first_day() == min((one["day"] for one in sent), default=None)
    assert sums.last_event() == (sent[-1]["day"] * DAY if sent else None)
    db.close()


@given(SPANS)
def test_days_are_taken_as_whole_weeks_and_what_is_left(days):
    blocks = list(days.blocks())
    assert [day for length, first in blocks for day in range(first, first + length)] == list(
        range(days.first, days.last + 1)
    )
    assert all(first == monday(first) for length, first in blocks if length == 7)
    assert sum(length == 1 for length, _ in blocks) <= 12


@pytest.mark.parametrize(("day", "first"), [(0, -3), (3, -3), (4, 4), (10, 4), (11, 11)])
def test_a_week_begins_on_monday(day, first):
    assert monday(day) == first
