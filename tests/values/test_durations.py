"""Durations such as "1m30s"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.values.go.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0),
        ("-0", 0),
        ("1m30s", 90 * 10**9),
        ("1.5h", 5400 * 10**9),
        (".5s", 5 * 10**8),
        ("-1us1ns", -1001),
        ("1µs", 1000),
        ("9223372036854775807ns", 2**63 - 1),
        ("-9223372036854775808ns", -(2**63)),
    ],
)
def test_a_duration_is_read(text, nanoseconds):
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'time: invalid duration ""'),
        ("x", 'time: invalid duration "x"'),
        ("3000000h", 'time: invalid duration "3000000h"'),
        ("9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"'),
        ("5", 'time: missing unit in duration "5"'),
        ("1m5", 'time: missing unit in duration "1m5"'),
        ("5é", r'time: unknown unit "\xc3\xa9" in duration "5\xc3\xa9"'),
        ("5 s", 'time: unknown unit " s" in duration "5 s"'),
    ],
)
def test_a_bad_duration_is_refused_in_gos_words(text, message):
    with pytest.raises(ValueError, match=r"^time: ") as error:
        parse_duration(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1500, "1.5µs"),
        (250 * 10**6, "250ms"),
        (15 * 10**8, "1.5s"),
        (60 * 10**9, "1m0s"),
        (-3723500 * 10**6, "-1h2m3.5s"),
    ],
)
def test_a_duration_is_shown_in_the_units_that_fit(nanoseconds, text):
    assert format_duration(nanoseconds) == text


@given(st.integers(-(2**63), 2**63 - 1))
def test_what_is_shown_is_read_back(nanoseconds):
    assert parse_duration(format_duration(nanoseconds)) == nanoseconds
