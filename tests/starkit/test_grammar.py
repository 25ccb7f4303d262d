"""What Tilt says of files that cannot run, found by its own grammar."""

import pytest

from tiltfile_ext.starkit.grammar import find_fault

UNIVERSE = {"print", "len", "None", "True", "False"}


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("x = = 1", "= 1", "got '=', want primary expression"),
        ("f(x for x in y)", " x in y", "got for, want ','"),
        ("x = 1 2", "", "got int literal, want newline"),
        ("x = 1,", ",", "unparenthesized tuple with trailing comma"),
        ("print(1 < 2 < 3)", " 3)", "< does not associate with < (use parens)"),
        ("if x", "", "got end of file, want ':'"),
        ("def f(a, a): pass", "a):", "duplicate parameter: a"),
        ("def f(a=1, b): pass", "b):", "required parameter may not follow optional"),
        ("print(*[], *[])", "*[])", "multiple *args not allowed"),
        ("print(a=1, a=2)", "a=2", 'keyword argument "a" is repeated'),
        ("load('a', '_b')", "_b", "load: names with leading underscores are not exported: _b"),
        ("if True: load('a', 'b')", "load", "load statement within a conditional"),
        ("break", "break", "break not in a loop"),
        ("return", "return", "return statement not within a function"),
        ("print(abd)\nabc = 1", "abd", "undefined: abd"),
        ("abc = 1\nprint(abd)", "abd", "undefined: abd (did you mean abc?)"),
        ("x = '\\d'", "'\\d'", "invalid escape sequence \\d"),
        ("x = 017", "", "obsolete form of octal literal; use 0o17"),
        ("x = 1; yield", "yield", "got illegal token, want primary expression"),
        ("f() = 1", "f()", "can't assign to callexpr"),
    ],
)
def test_a_fault_is_found_where_tilt_finds_it(text, at, message):
    fault = find_fault(text, {*UNIVERSE, "y", "f"})
    assert fault is not None
    assert fault.message == message
    assert text[fault.offset :].startswith(at)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "def f(a, *b, c, d=1, **e):\n\treturn (a, b)\n\nx = f",
        "x = [a for a, b in [(1, 2)] if a for c in [b]]",
        "load('a', b='c', 'd')\nprint(b, d)",
        "while True:\n  if 1: break\n  else: continue\n",
        "x = lambda *a, **k: (a, k)",
        "x = {1: 2,}; y = (1,); z = x[1:2:3]",
        "def f(): return later\nlater = 1",
        "x = 1 if not 2 in [3] else -4",
        "print(1 + 2)",
    ],
)
def test_what_tilt_accepts_has_no_fault(text):
    assert find_fault(text, UNIVERSE) is None
