"""Patterns that are compiled late."""

import re

import pytest

from tiltfile_ext.starkit._patterns import pattern


def test_a_pattern_does_what_a_compiled_one_does():
    late, compiled = pattern("(?P<a>x)+", re.IGNORECASE), re.compile("(?P<a>x)+", re.IGNORECASE)
    assert late.sub("y", "axXa") == compiled.sub("y", "axXa") == "aya"
    assert late.fullmatch("xX")["a"] == "X"
    assert (late.pattern, late.flags, late.groups) == (compiled.pattern, compiled.flags, compiled.groups)


def test_bytes_are_searched_with_a_pattern_of_bytes():
    assert pattern(b"x+").findall(b"xxyx") == [b"xx", b"x"]


def test_a_pattern_is_compiled_when_it_is_first_used():
    broken = pattern("(")
    with pytest.raises(re.error):
        broken.match("")


def test_a_method_is_looked_up_once():
    late = pattern("x")
    assert late.match("x")
    assert vars(late)["match"] == re.compile("x").match
