"""Faults: where they are, in whose words, and what is marked."""

import pytest
from engine_host import run

from tiltfile_ext.starkit._errors import TiltfileError


def error(text, **files):
    with pytest.raises(TiltfileError) as caught:
        run(text, **files)
    return caught.value


def told(text, **files):
    """The error's text without its first line, places shortened."""
    return str(error(text, **files)).replace("/t/", "").removeprefix("Traceback (most recent call last):\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = [1][2]", "  Tiltfile:1:8: in <toplevel>\nError: list index 2 out of range [-1:0]"),
        ("x = 1\ny = f(x) if x else f(0)\ndef f(a): pass", "Tiltfile:2:5: undefined: f"),
        ("def f(x): return 1 // x\ny = f(1) + f(0)", "  Tiltfile:2:13: in <toplevel>\n  Tiltfile:1:20: in f\nError: floored division by zero"),
        ("f = lambda x: x.a\nf(1)(2)", "  Tiltfile:2:2: in <toplevel>\n  Tiltfile:1:16: in lambda\nError: int has no .a field or method"),
        ("def f(a): pass\nf(1, b=2)", '  Tiltfile:2:2: in <toplevel>\n  Tiltfile:1:1: in f\nError: function f got an unexpected keyword argument "b"'),
        ("sorted([1], key=lambda x: fail('k'))", "  Tiltfile:1:7: in <toplevel>\n  <builtin>: in sorted\n  Tiltfile:1:31: in lambda\nError in fail: k"),
        ("if 1 < 'a': pass", "  Tiltfile:1:6: in <toplevel>\nError: int < string not implemented"),
        ("a, b = 1", "  Tiltfile:1:6: in <toplevel>\nError: got int in sequence assignment"),
        ("x = {}\nx['a'] += 1", '  Tiltfile:2:2: in <toplevel>\nError: key "a" not in dict'),
        ("[x for x in 5]", "  Tiltfile:1:4: in <toplevel>\nError: int value is not iterable"),
        ("[].append()", "  Tiltfile:1:10: in <toplevel>\nError in append: append: got 0 arguments, want 1"),
        ("len()", "  Tiltfile:1:4: in <toplevel>\nError in len: len: got 0 arguments, want 1"),
        ("print(*5)", "  Tiltfile:1:6: in <toplevel>\nError: argument after * must be iterable, not int"),
    ],
)  # fmt: skip
def test_a_fault_is_told_as_tilt_tells_it(text, expected):
    assert told(text) == expected


def test_a_short_function_of_a_loaded_file_shows_in_the_traceback():
    assert told("load('lib', 'f')\nf()", lib="def f(): return g()\ndef g(): return 1 + 'a'") == (
        "  Tiltfile:2:2: in <toplevel>\n  lib:1:18: in f\n  lib:2:19: in g\nError: unknown binary op: int + string"
    )


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        ("x = 1 + 'a'", " 1 | x = 1 + 'a'\n   |     ^^^^^^^"),
        ("\n" * 11 + "x = = 1", " 12 | x = = 1\n    |     ^"),
        ("if 1:\n\tx = [][0]", " 2 | \tx = [][0]\n   | \t    ^^^^^"),
        ("fail(\n  'a')", " 1 | fail(\n   | ^^^^^"),
    ],
)
def test_the_source_is_marked(text, excerpt):
    assert error(text).excerpt == excerpt


def test_a_nested_fault_marks_the_innermost_file():
    assert error("include('lib')", lib="x = 1\ny = x.z").excerpt == " 2 | y = x.z\n   |     ^^^"


def test_an_included_file_shows_the_built_in():
    assert told("def f(): include('lib')\nf()", lib="fail('a')") == (
        "  Tiltfile:2:2: in <toplevel>\n  Tiltfile:1:17: in f\n  <builtin>: in include\n  lib:1:5: in <toplevel>\nError in fail: a"
    )


def test_a_cached_failure_is_told_again_from_the_new_place():
    text = "load('a', 'x')"
    assert told(text, a="load('b', 'x')", b="fail('b')").count("lib") == 0
    assert told(text, a="load('b', 'x')", b="fail('b')") == (
        "  Tiltfile:1:1: in <toplevel>\n  a:1:1: in <toplevel>\n  b:1:5: in <toplevel>\nError in fail: b"
    )


def test_a_circular_load_is_refused():
    assert told("load('a', 'x')", a="load('Tiltfile', 'x')") == (
        "  Tiltfile:1:1: in <toplevel>\n  a:1:1: in <toplevel>\nError: cannot load Tiltfile: Circular load: Tiltfile"
    )
