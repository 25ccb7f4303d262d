"""``analytics_settings`` is written where it holds, in the form that the file has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.check.fix import Fix, NotFixable, apply_edits, declare
from tiltfile_ext.plugins.analytics import AnalyticsSettings
from tiltfile_ext.testing import load_text

CALL = "analytics_settings(enable=True)"


def fixed(text: str, *, enable: bool = True) -> str:
    fix = declare(text, enable=enable)
    assert isinstance(fix, Fix), fix
    return apply_edits(text, fix.edits)


def reason(text: str, *, enable: bool = True) -> str:
    fix = declare(text, enable=enable)
    assert isinstance(fix, NotFixable), fix
    return fix.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"{CALL}\n"),
        ("print(1)\n", f"{CALL}\n\nprint(1)\n"),
        ("print(1)", f"{CALL}\n\nprint(1)"),
        ("# all\n", f"# all\n\n{CALL}\n"),
        ("# all", f"# all\n\n{CALL}"),
        ("# all\n\n# it\nprint(1)\n", f"# all\n\n{CALL}\n\n# it\nprint(1)\n"),
        ("# it\nprint(1)\n", f"{CALL}\n\n# it\nprint(1)\n"),
        ("# all\n\n\nprint(1)\n", f"# all\n\n\n{CALL}\n\nprint(1)\n"),
        ("load('a', 'b')\n", f"{CALL}\n\nload('a', 'b')\n"),
        ("x = 1; y = 2\n", f"{CALL}\n\nx = 1; y = 2\n"),
    ],
)
def test_the_call_goes_above_every_statement_and_what_is_said_about_it(before, after):
    assert fixed(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("#!/usr/bin/env tilt\n# it\nprint(1)\n", f"#!/usr/bin/env tilt\n\n{CALL}\n\n# it\nprint(1)\n"),
        ("# -*- mode: Python -*-\nprint(1)\n", f"# -*- mode: Python -*-\n\n{CALL}\n\nprint(1)\n"),
        (
            "# tiltfile: ignore-file TF2\n# tiltfile: ignore TF301\nload('x', 'y')\n",
            f"# tiltfile: ignore-file TF2\n\n{CALL}\n\n# tiltfile: ignore TF301\nload('x', 'y')\n",
        ),
        ("# vim: ft=bzl\nprint(1)\n", f"# vim: ft=bzl\n\n{CALL}\n\nprint(1)\n"),
        (
            "# Copyright ACME\n# All mine.\nprint(1)\n",
            f"# Copyright ACME\n# All mine.\n\n{CALL}\n\nprint(1)\n",
        ),
        ('"""Shop."""\nprint(1)\n', f'"""Shop."""\n\n{CALL}\n\nprint(1)\n'),
        ('"""Shop."""', f'"""Shop."""\n\n{CALL}'),
        ("'''Shop,\nall.'''  # new\n\nprint(1)\n", f"'''Shop,\nall.'''  # new\n\n{CALL}\n\nprint(1)\n"),
        ('"""Shop."""; x = 1\n', f'{CALL}\n\n"""Shop."""; x = 1\n'),
        ('"""%s""" % 1\n', f'{CALL}\n\n"""%s""" % 1\n'),
    ],
)
def test_the_call_goes_below_what_is_said_about_the_file(before, after):
    assert fixed(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("analytics_settings(enable=False)\n", "analytics_settings(enable=True)\n"),
        ("analytics_settings(False)", "analytics_settings(True)"),
        (
            "analytics_settings( # no\r\n  enable = False ,)\r\n",
            "analytics_settings( # no\r\n  enable = True ,)\r\n",
        ),
        (
            "analytics_settings(False)\nanalytics_settings(True)\n",
            "analytics_settings(True)\nanalytics_settings(True)\n",
        ),
        ("é = 1; analytics_settings(False)\n", "é = 1; analytics_settings(True)\n"),
        ("x = analytics_settings(False)\n", "x = analytics_settings(True)\n"),
    ],
)
def test_a_wrong_word_is_changed_in_place(before, after):
    assert fixed(before) == after


def test_a_team_may_want_it_off():
    assert fixed("print(1)\n", enable=False) == "analytics_settings(enable=False)\n\nprint(1)\n"
    assert fixed("analytics_settings(True)\n", enable=False) == "analytics_settings(False)\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_files_own_line_ends_are_used(newline):
    assert fixed(f"# all{newline}{newline}print(1){newline}") == newline.join(
        ("# all", "", CALL, "", "print(1)", "")
    )


def test_bytes_that_are_no_utf8_are_kept():
    text = b"# caf\xe9\n\nprint('\xff')\n".decode("utf-8", "surrogateescape")
    assert fixed(text).encode("utf-8", "surrogateescape") == (
        b"# caf\xe9\n\nanalytics_settings(enable=True)\n\nprint('\xff')\n"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("if x:\n  analytics_settings(False)\n", "line 2:3 says enable=False in a branch"),
        ("def f():\n  analytics_settings(False)\nf()\n", "line 2:3 says enable=False in a branch"),
        ("[analytics_settings(False) for x in [1]]\n", "line 1:2 says enable=False in a branch"),
        ("analytics_settings(True)\nif x: analytics_settings(False)\n", "line 2:7 says enable=False"),
        ("analytics_settings(enable=x)\n", "line 1:1 uses analytics_settings without a plain"),
        ("analytics_settings(**x)\n", "line 1:1 uses analytics_settings without a plain"),
        ("analytics_settings(True, False)\n", "line 1:1 uses analytics_settings without a plain"),
        ("analytics_settings(enabled=True)\n", "line 1:1 uses analytics_settings without a plain"),
        ("f = analytics_settings\n", "line 1:5 uses analytics_settings without a plain"),
        ("load('a', 'analytics_settings')\n", "line 1:12 gives analytics_settings a meaning of its own"),
        ("def analytics_settings(): pass\n", "line 1:5 gives analytics_settings a meaning of its own"),
        ("def f(a, *, analytics_settings=1): pass\n", "line 1:13 gives analytics_settings a meaning"),
        ("for (a, [True]) in []: pass\n", "line 1:10 gives True a meaning of its own"),
        ("x = [1 for a, False in []]\n", "line 1:15 gives False a meaning of its own"),
        ("analytics_settings(True)\n", f"line 1:1 calls {CALL} already"),
        ("print(\n", "line 2:1: got end of file, want ')'; Tilt cannot read this file"),
        ("\ufeffprint(1)\n", "line 1:1: unexpected input character '\\ufeff'; Tilt cannot read this file"),
        ("x = " + "(" * 100_000, "the file is nested too deeply"),
    ],
)
def test_what_somebody_has_to_decide_is_left_alone_with_the_reason(text, why):
    assert reason(text).startswith(why)


def test_a_branch_that_says_the_same_is_no_contradiction():
    text = "if os.getenv('CI'):\n  analytics_settings(True)\n"
    assert fixed(text) == f"{CALL}\n\n{text}"


@pytest.mark.parametrize(
    "text",
    ["load('nowhere', 'x')\n", "fail('no')\n", "exit()\n", "x = 1 // 0\n", "'''Doc'''\nload('ext://', 'x')"],
)
def test_it_holds_also_where_the_rest_fails(text):
    assert load_text(fixed(text))[AnalyticsSettings].enable is True


_LINES = st.sampled_from(
    ["", "# note", "# -*- mode: Python -*-", "# Copyright", "x = 1", "if True:\n  x = 2", '"""doc"""',
     "analytics_settings(False)", "analytics_settings(enable=True)", "if 1:\n  analytics_settings(True)",
     "load('lib.star', 'y')", "x = [\n1,\n]", "def f():\n\tpass", "é = '\udcff'", "'a' + \\\n 'b'"]
)  # fmt: skip


@given(st.lists(_LINES), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans())
def test_once_is_enough_and_the_outcome_is_what_was_asked_for(lines, newline, final, enable):
    text = newline.join(line.replace("\n", newline) for line in lines) + newline * final
    fix = declare(text, enable=enable)
    if isinstance(fix, NotFixable):
        return
    new = apply_edits(text, fix.edits)
    assert isinstance(declare(new, enable=enable), NotFixable)
    assert not text.strip() or new.endswith(newline) == text.endswith(newline)
    result = load_text(new, files={"lib.star": "y = 1"})
    assert result.error is None or "undefined" in str(result.error)
    assert result[AnalyticsSettings].enable is enable
