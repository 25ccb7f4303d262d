"""What is packed comes out again, and is added up as it would be unpacked."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from analytics.collector._packed import (
    DurationSums,
    Union,
    bits_of,
    numbers_of,
    pack_durations,
    pack_machines,
    unpack_durations,
    unpack_machines,
)

SETS = st.sets(st.one_of(st.integers(0, 40), st.integers(0, 100_000)))
COUNTS = st.dictionaries(st.integers(0, 2300), st.integers(1, 1_000_000), min_size=1)


@given(SETS)
def test_a_set_is_the_same_after_it_was_kept(numbers):
    bits = bits_of(numbers)
    assert numbers_of(unpack_machines(pack_machines(bits))) == sorted(numbers)


@given(st.lists(SETS))
def test_sets_are_united_as_they_are_kept(sets):
    union = Union()
    for numbers in sets:
        union.add(pack_machines(bits_of(numbers)))
    assert (len(union), numbers_of(union.bits())) == (len(set().union(*sets)), sorted(set().union(*sets)))


def test_few_machines_of_many_take_few_bytes():
    assert len(pack_machines(bits_of([1, 90_000]))) == 9
    assert len(pack_machines(bits_of(range(90_000)))) == 11_251


@given(COUNTS)
def test_counts_are_the_same_after_they_were_kept(counts):
    assert unpack_durations(pack_durations(counts)) == counts


@given(st.lists(COUNTS))
def test_counts_are_added_as_they_are_kept(many):
    sums = DurationSums()
    for counts in many:
        sums.add(pack_durations(counts))
    assert sums.counts() == sum(map(Counter, many), Counter())
