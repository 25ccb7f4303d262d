"""Whatever state the home is in, the command runs as if analytics were off, and ``analytics`` says why."""

import io
import os
import stat

import pytest

from analytics import Client, FakeClock, Opt
from analytics.cli import main


def read_only(home):
    home.chmod(stat.S_IRUSR | stat.S_IXUSR)
    return {"HOME": str(home)}


def full_disk(home):
    (home / ".tilt-dev").mkdir()
    (home / ".tilt-dev/analytics").mkdir()
    (home / ".tilt-dev/analytics/spool").mkdir()
    (home / ".tilt-dev/analytics/spool/current.jsonl").symlink_to("/dev/full")
    return {"HOME": str(home)}


def a_file(home):
    (home / ".tilt-dev").write_text("not a directory")
    return {"HOME": str(home)}


def choice_is_a_directory(home):
    (home / ".tilt-dev/analytics/user/choice.txt").mkdir(parents=True)
    return {"HOME": str(home)}


def symlink_loop(home):
    (home / ".tilt-dev").symlink_to(home / ".tilt-dev")
    return {"HOME": str(home)}


def too_long(home):
    return {"HOME": f"{home}/{'x' * 300}"}


def much_too_long(home):
    return {"HOME": f"{home}{'/xxxxxxxxx' * 600}"}


def missing(home):
    return {"HOME": "/dev/null/nowhere"}


HOMES = [full_disk, a_file, choice_is_a_directory, symlink_loop, too_long, much_too_long, missing]
if os.geteuid() != 0:
    HOMES.append(read_only)


@pytest.mark.parametrize("said", [Opt.DEFAULT, Opt.IN])
@pytest.mark.parametrize("hostile", HOMES)
def test_a_command_runs_as_if_analytics_were_off(home, environ, hostile, said, capfd):
    variables = {**environ, **hostile(home)}
    client = Client.open(version="1", subcommand="load", environ=variables, clock=FakeClock())
    client.incr("cmd.load")
    client.settle(said, "Tiltfile:1:1")
    client.surface_nudge(is_terminal=True)
    client.flush()
    assert len(client.preview()) == 1
    assert client.problems or choice_is_a_directory is hostile
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("hostile", [home for home in HOMES if home is not full_disk])
def test_the_status_says_why(home, environ, hostile):
    variables = {**environ, **hostile(home)}
    stdout, stderr = io.StringIO(), io.StringIO()
    assert main([], prog="analytics", environ=variables, stdout=stdout, stderr=stderr) == 0
    assert "problem" in stdout.getvalue()
    assert stderr.getvalue() == ""


def test_without_any_home_nothing_is_kept_and_the_reason_is_known(monkeypatch, environ):
    monkeypatch.setattr("analytics._system._home_of_record", lambda: "")
    del environ["HOME"]
    client = Client.open(version="1", subcommand="load", environ=environ)
    client.incr("cmd.load")
    client.settle(Opt.IN)
    client.flush()
    assert any("HOME is not set" in problem for problem in client.problems)


def test_a_sender_that_cannot_start_leaves_the_events_for_a_later_one(
    open_client, choose, spooled, monkeypatch
):
    choose("opt-in")
    monkeypatch.setattr("sys.executable", "/no/such/python")
    client = open_client()
    client.incr("cmd.load")
    client.settle()
    client.flush()
    assert len(spooled()) == 1
    assert "/no/such/python cannot be run" in client.problems[0]
