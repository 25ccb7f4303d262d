"""The choice file: where it is, how it reads, how it is written."""

import os
import stat

import pytest

from analytics import Opt
from analytics._app import locate
from analytics._consent import read_choice, write_choice
from analytics._system import Dirs


@pytest.mark.parametrize(
    ("content", "opt"),
    [
        ("opt-in", Opt.IN),
        ("in", Opt.IN),
        (" opt-in\n", Opt.IN),
        ("opt-out", Opt.OUT),
        ("out\r\n", Opt.OUT),
        ("default", Opt.DEFAULT),
        ("", Opt.DEFAULT),
        ("OPT-IN", Opt.DEFAULT),
        ("yes", Opt.DEFAULT),
    ],
)
def test_the_file_reads_as_tilt_reads_it(environ, choose, content, opt):
    choose(content)
    assert read_choice(locate(environ)).opt is opt


def test_no_file_is_no_choice(environ):
    assert read_choice(locate(environ)).opt is Opt.DEFAULT


def test_undecodable_text_counts_as_a_no(environ, choose):
    choose(b"opt-in\xff")
    choice = read_choice(locate(environ))
    assert choice.opt is Opt.OUT
    assert "UTF-8" in choice.problem


def test_a_directory_in_its_place_counts_as_a_no(environ, home):
    (home / ".tilt-dev/analytics/user/choice.txt").mkdir(parents=True)
    choice = read_choice(locate(environ))
    assert choice.opt is Opt.OUT
    assert "not a regular file" in choice.problem


def test_a_pipe_in_its_place_does_not_stop_the_command(environ, home):
    (home / ".tilt-dev/analytics/user").mkdir(parents=True)
    os.mkfifo(home / ".tilt-dev/analytics/user/choice.txt")
    assert read_choice(locate(environ)).opt is Opt.OUT


def test_a_file_in_place_of_a_directory_counts_as_a_no(environ, home):
    (home / ".tilt-dev").write_text("")
    assert read_choice(locate(environ)).opt is Opt.OUT


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_forbidden_file_counts_as_a_no(environ, choose):
    choose("opt-in").chmod(0)
    assert "denied" in read_choice(locate(environ)).problem


def test_no_home_at_all_counts_as_a_no():
    assert read_choice(Dirs("")).opt is Opt.OUT


def test_it_is_written_with_tilts_words_and_modes(environ, home):
    write_choice(locate(environ), Opt.IN)
    path = home / ".tilt-dev/analytics/user/choice.txt"
    assert path.read_bytes() == b"opt-in"
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent, path.parents[1], path.parents[2])]
    assert modes == [0o700, 0o700, 0o700, 0o755]
    assert [p.name for p in path.parent.iterdir()] == ["choice.txt"]


@pytest.mark.parametrize("opt", [Opt.DEFAULT, Opt.IN, Opt.OUT])
def test_what_is_written_is_read(environ, opt):
    write_choice(locate(environ), opt)
    assert read_choice(locate(environ)).opt is opt


@pytest.mark.parametrize(
    ("variables", "top"),
    [
        ({"TILT_DEV_DIR": "/a", "WMDAEMON_HOME": "/b", "WINDMILL_DIR": "/c", "HOME": "/h"}, "/a"),
        ({"TILT_DEV_DIR": "", "WMDAEMON_HOME": "/b", "WINDMILL_DIR": "/c", "HOME": "/h"}, "/b"),
        ({"WINDMILL_DIR": "/c", "HOME": "/h"}, "/c"),
        ({"HOME": "/h"}, "/h/.tilt-dev"),
    ],
)
def test_the_directory_is_tilts(variables, top):
    assert locate(variables).top == top


def test_the_old_directory_is_used_where_it_exists(environ, home):
    (home / ".windmill").mkdir()
    assert locate(environ).top == f"{home}/.windmill"


def test_without_home_the_system_is_asked():
    import pwd

    assert locate({}).top.startswith(pwd.getpwuid(os.getuid()).pw_dir)


def test_a_relative_directory_is_still_found_from_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert locate({"TILT_DEV_DIR": "here"}).top == str(tmp_path / "here")


def test_a_relative_directory_in_a_vanished_place_is_no_home(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert locate({"TILT_DEV_DIR": "here"}).top == ""
