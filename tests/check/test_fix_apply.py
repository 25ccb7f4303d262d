"""The fixes of many findings are made together, and what cannot be made is told."""

import os

import pytest

from tiltfile_ext.check import Edit, Finding, Fix, NotFixable
from tiltfile_ext.check.fix import make_change, plan_changes, read_text


@pytest.fixture
def path(tmp_path) -> str:
    made = tmp_path / "Tiltfile"
    made.write_bytes(b"one = 1\r\ntwo = 2\r\n")
    return str(made)


def finding(path: str, *edits: Edit, code: str = "ACME001") -> Finding:
    return Finding(code, "wrong", path, fix=Fix("mend", edits))


def reasons(change) -> list[str]:
    return [reason for _, reason in change.left]


def test_fixes_of_one_file_are_one_change(path):
    first, second = finding(path, Edit(1, 7, 1, 8, "10")), finding(path, Edit(2, 7, 2, 8, "20"))
    (change,) = plan_changes([first, second])
    assert change.fixed == (first, second)
    assert read_text(path) == "one = 1\r\ntwo = 2\r\n"  # nothing is written yet
    assert make_change(change) == change
    assert read_text(path) == "one = 10\r\ntwo = 20\r\n"


def test_a_fix_that_two_rules_want_is_made_once(path):
    edit = Edit(1, 1, 1, 1, "zero = 0\r\n")
    (change,) = plan_changes([finding(path, edit), finding(path, edit, code="ACME002")])
    assert change.new.count("zero") == 1
    assert len(change.fixed) == 2


@pytest.mark.parametrize(
    ("fix", "reason"),
    [
        (None, "there is no fix for it"),
        (NotFixable("line 1:1 says so"), "line 1:1 says so"),
        (
            Fix("break", (Edit(1, 1, 1, 1, "("),)),
            "its fix would break the file; this is a bug of the rule ACME9",
        ),
        (Fix("meet", (Edit(1, 1, 2, 2, ""),)), "its fix meets another one"),
        (Fix("miss", (Edit(9, 1, 9, 1, ""),)), "its fix meets another one, or a change of the file"),
    ],
)
def test_what_cannot_be_fixed_is_left_with_the_reason(path, fix, reason):
    good = finding(path, Edit(1, 7, 1, 8, "10"))
    (change,) = plan_changes([good, Finding("ACME9", "wrong", path, fix=fix)])
    assert change.fixed == (good,)
    assert reasons(change)[0].startswith(reason)


def test_a_file_that_nobody_can_read_yet_may_be_changed(path):
    with open(path, "w") as file:
        file.write("one = (\n")
    (change,) = plan_changes([finding(path, Edit(1, 7, 1, 8, "[]"))])
    assert change.new == "one = []\n"


def test_a_file_that_is_gone_is_told(path):
    os.unlink(path)
    (change,) = plan_changes([finding(path, Edit(1, 1, 1, 1, ""))])
    assert reasons(change) == ["the file cannot be read: No such file or directory"]


def test_a_file_that_has_changed_meanwhile_is_left_alone(path):
    (change,) = plan_changes([finding(path, Edit(1, 7, 1, 8, "10"))])
    with open(path, "w") as file:
        file.write("three\n")
    made = make_change(change)
    assert (made.fixed, reasons(made)) == ((), ["the file has changed meanwhile; try again"])
    assert read_text(path) == "three\n"


def test_a_file_that_is_read_only_is_left_alone(path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everything
    (change,) = plan_changes([finding(path, Edit(1, 7, 1, 8, "10"))])
    assert reasons(make_change(change)) == ["the file is read-only"]
