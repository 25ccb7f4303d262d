"""What happens before the first line of a Tiltfile runs."""

import os

import pytest

from tiltfile_ext import load
from tiltfile_ext.testing import PLAIN_ENVIRON, printed


def test_an_unreadable_tiltignore_stops_the_load_before_it_begins(tiltfile, tmp_path):
    (tmp_path / ".tiltignore").mkdir()
    result = tiltfile("print('never')")
    assert (str(result.error), result.began, result.messages) == (
        f"read {tmp_path}/.tiltignore: is a directory",
        False,
        (),
    )


def test_a_bad_tiltignore_stops_the_load_before_it_begins(tiltfile):
    result = tiltfile("", files={".tiltignore": "x" * 70_000})
    assert (str(result.error), result.began) == (
        "Parsing .tiltignore: bufio.Scanner: token too long",
        False,
    )


def test_a_link_that_leads_nowhere_is_no_tiltfile(tmp_path):
    (tmp_path / "Tiltfile").symlink_to("nowhere")
    assert str(load(tmp_path / "Tiltfile").error).startswith(
        f"No Tiltfile found at paths '{tmp_path}/Tiltfile'."
    )


@pytest.mark.parametrize(
    ("path", "problem"), [("loop", "EvalSymlinks: too many links"), ("file/Tiltfile", "not a directory")]
)
def test_a_path_that_cannot_be_followed_is_an_error(tmp_path, path, problem):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").touch()
    assert str(load(tmp_path / path).error) == problem


def test_a_link_to_a_tiltfile_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "Tiltfile").write_text("print(__file__)")
    (tmp_path / "Tiltfile").symlink_to("real/Tiltfile")
    assert printed(load(tmp_path / "Tiltfile", environ=PLAIN_ENVIRON)) == f"{tmp_path}/real/Tiltfile"


@pytest.mark.parametrize(
    ("environ", "seen"),
    [
        ({}, ["0", "ssh -o ControlMaster=no -o BatchMode=yes"]),
        ({"GIT_TERMINAL_PROMPT": "1", "GIT_SSH_COMMAND": "ssh -v"}, ["1", "ssh -v"]),
        ({"GIT_TERMINAL_PROMPT": "", "GIT_SSH": "plink"}, ["0", None]),
    ],
)
def test_git_is_told_not_to_ask_for_passwords(tiltfile, environ, seen):
    text = "print([os.getenv('GIT_TERMINAL_PROMPT'), os.getenv('GIT_SSH_COMMAND')])"
    result = tiltfile(text, environ={"PATH": os.defpath, **environ})
    assert printed(result) == str(seen).replace("'", '"')
