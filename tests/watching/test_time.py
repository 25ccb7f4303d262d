"""When a burst of changes is over, and how fast loads may follow each other."""

import pytest

from tiltfile_ext.watching._pace import pause
from tiltfile_ext.watching._rest import Rest


def test_a_burst_is_over_when_nothing_has_changed_for_a_fifth_of_a_second():
    rest = Rest(100.0)
    assert rest.left(100.0) == pytest.approx(0.2)
    rest.changed(100.15)
    assert rest.left(100.2) == pytest.approx(0.15)
    assert rest.left(100.36) == 0


def test_a_burst_that_never_ends_is_over_after_ten_seconds():
    rest = Rest(0.0)
    for tenth in range(100):
        rest.changed(tenth / 10)
    assert rest.left(9.95) == pytest.approx(0.05)
    rest.changed(10.1)
    assert rest.left(10.1) == 0


def test_loads_that_cause_each_other_come_ever_more_seldom():
    assert [pause(number) for number in (0, 1, 2, 3, 4, 5, 8, 9, 1000)] == [0, 0, 0, 1, 2, 4, 32, 60, 60]
