"""Edits change what they name and nothing else, in texts and in files."""

import os
import stat
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.check.fix import Edit, EditError, apply_edits, read_text, replace_text, unified_diff

TEXTS = st.text(st.sampled_from("ab\r\n\t\u2028\x0cé\U0001f600\udc80"), max_size=20)


def test_edits_are_made_in_whatever_order_they_come():
    edits = [Edit(2, 1, 2, 4, "TWO"), Edit(1, 1, 1, 1, "0"), Edit(1, 4, 2, 1, "\r\n\r\n")]
    assert apply_edits("one\rtwo", edits) == "0one\r\n\r\nTWO"


def test_the_same_edit_twice_is_one():
    edit = Edit(1, 1, 1, 1, "x")
    assert apply_edits("", [edit, edit]) == "x"


@pytest.mark.parametrize(
    ("edits", "problem"),
    [
        ([Edit(1, 1, 1, 3, ""), Edit(1, 2, 1, 3, "x")], "two changes overlap"),
        ([Edit(3, 1, 3, 1, "")], "no text from 3:1 to 3:1"),
        ([Edit(1, 6, 1, 6, "")], "no text from 1:6 to 1:6"),
        ([Edit(0, 1, 1, 1, "")], "no text from 0:1 to 1:1"),
        ([Edit(1, 2, 1, 1, "")], "no text from 1:2 to 1:1"),
    ],
)
def test_edits_that_do_not_fit_are_refused(edits, problem):
    with pytest.raises(EditError, match=problem):
        apply_edits("text\n", edits)


@given(TEXTS, st.data())
def test_only_what_is_named_changes(text, data):
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line = data.draw(st.integers(1, len(lines)))
    column = data.draw(st.integers(1, len(lines[line - 1]) + 1))
    end = data.draw(st.integers(column, len(lines[line - 1]) + 1))
    new = apply_edits(text, [Edit(line, column, line, end, "NEW")])
    body = lines[line - 1]
    lines[line - 1] = body[: column - 1] + "NEW" + body[end - 1 :]
    assert new.replace("\r\n", "\n").replace("\r", "\n") == "\n".join(lines)
    assert new.count("\r") == text.count("\r")


def test_a_file_is_replaced_as_a_whole_and_keeps_its_mode(tmp_path):
    path = tmp_path / "Tiltfile"
    path.write_bytes(b"caf\xe9\r\n")
    path.chmod(0o751)
    before = path.stat().st_ino
    replace_text(str(path), "x\r\n" + read_text(str(path)))
    assert path.read_bytes() == b"x\r\ncaf\xe9\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert path.stat().st_ino != before  # nobody ever saw half of it
    assert os.listdir(tmp_path) == ["Tiltfile"]


def test_a_symbolic_link_stays_one(tmp_path):
    (tmp_path / "real").write_text("a\n")
    (tmp_path / "Tiltfile").symlink_to("real")
    replace_text(str(tmp_path / "Tiltfile"), "b\n")
    assert (tmp_path / "Tiltfile").is_symlink()
    assert (tmp_path / "real").read_text() == "b\n"


def test_a_write_that_fails_leaves_the_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "Tiltfile"
    path.write_text("a\n")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_text(str(path), "b\n")
    assert path.read_text() == "a\n"
    assert os.listdir(tmp_path) == ["Tiltfile"]


@given(TEXTS, TEXTS)
def test_a_diff_says_nothing_of_equal_texts_and_all_of_others(old, new):
    assert bool(unified_diff("Tiltfile", old, new)) == (old != new)


@pytest.mark.parametrize(
    ("old", "new"), [("a\nb\n", "a\nc\n"), ("a\r\nb", "a\r\nb\r\nc"), ("", "x\n"), ("a", "b")]
)
def test_git_makes_the_new_text_of_the_old_one_and_the_diff(tmp_path, old, new):
    path = tmp_path / "Tiltfile"
    path.write_bytes(old.encode())
    subprocess.run(
        ["git", "apply", "-"], cwd=tmp_path, input=unified_diff("Tiltfile", old, new).encode(), check=True
    )
    assert read_text(str(path)) == new
