"""``tiltfile load`` as a user meets it: a process, its two streams, its exit code."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tiltfile_ext import __version__

HELLO = 'print("hello")\nlocal_resource("a", cmd="true")\n'


@pytest.fixture
def run(tmp_path):
    """Run ``python -m tiltfile_ext`` beside a Tiltfile with the given text."""

    def run(*argv: str, text: str = HELLO, **environ: str) -> subprocess.CompletedProcess:
        (tmp_path / "Tiltfile").write_text(text)
        command = [sys.executable, "-m", "tiltfile_ext", *argv]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environ}
        return subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_what_the_tiltfile_prints_goes_to_stderr_and_the_summary_to_stdout(run):
    done = run("load")
    assert (done.returncode, done.stderr) == (0, "hello\n")
    assert "local_resource      1  name 1, cmd 1" in done.stdout
    assert "analytics: undecided" in done.stdout


def test_the_json_has_tilts_fields_in_tilts_order(run):
    result = json.loads(run("load", "--json").stdout)
    assert list(result)[:4] == ["Manifests", "EnabledManifests", "Tiltignore", "ConfigFiles"]
    assert result["Manifests"][0]["Name"] == "a"


def test_a_tiltfile_error_is_exit_code_5_with_a_traceback_and_the_source(run, tmp_path):
    done = run("load", text="x = 1\nfail('stop here')\n")
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.splitlines() == [
        "Traceback (most recent call last):",
        f"  {tmp_path}/Tiltfile:2:5: in <toplevel>",
        "Error in fail: stop here",
        " 2 | fail('stop here')",
        "   | ^^^^^^^^^^^^^^^^^",
    ]


def test_a_missing_tiltfile_says_where_it_was_looked_for(run, tmp_path):
    done = run("load", "nowhere/Tiltfile")
    assert done.returncode == 5
    assert done.stderr.startswith(f"No Tiltfile found at paths '{tmp_path}/nowhere/Tiltfile'.")


@pytest.mark.parametrize("argv", [(), ("lode",), ("load", "--jsn"), ("load", "a", "b"), ("load", "--timeout", "soon"),
                                  ("load", "-f", "a", "b")])  # fmt: skip
def test_wrong_usage_is_exit_code_2_with_a_hint(run, argv):
    done = run(*argv)
    assert done.returncode == 2
    assert "usage: tiltfile" in done.stderr
    assert "Traceback" not in done.stderr


def test_words_behind_two_dashes_are_the_tiltfiles(run):
    text = "config.define_string_list('names', args=True)\nprint(config.parse())"
    assert run("load", "--", "api", "web", text=text).stderr == '{"names": ["api", "web"]}\n'


def test_show_events_prints_the_bodies_also_when_off(run):
    lines = run("load", "--show-events", DO_NOT_TRACK="1").stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == [
        "tilt.cmd.load",
        "tilt.tiltfile.loaded",
        "tilt.tiltfile.load",
    ]


def test_a_load_that_takes_too_long_is_stopped(run):
    started = time.monotonic()
    done = run("load", "--timeout", "0.5", text="while True: pass\n")
    assert done.returncode == 5
    assert "the load was stopped after 0.5 s" in done.stderr
    assert time.monotonic() - started < 10


def test_a_program_that_takes_too_long_is_stopped_with_the_load(run):
    started = time.monotonic()
    done = run("load", "--timeout", "0.5", text="local('sleep 60')\n")
    assert done.returncode == 5
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("text", ["while True: pass\n", "local('sleep 60')\n"])
def test_an_interrupt_stops_at_once_with_130(tmp_path, text):
    (tmp_path / "Tiltfile").write_text("print('running')\n" + text)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-u", "-m", "tiltfile_ext", "load"]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline() == "running\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=5) == 130
        assert "Traceback" not in process.stderr.read()


def test_a_reader_that_goes_away_is_no_reason_for_a_traceback(tmp_path):
    (tmp_path / "Tiltfile").write_text(HELLO)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    shell = f"{sys.executable} -m tiltfile_ext load --json | head -c 1"
    done = subprocess.run(
        ["sh", "-c", shell], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.stderr == "hello\n"


def test_an_overridden_opt_out_is_said_in_one_line(run, tmp_path):
    home = tmp_path / "home"
    (home / ".tilt-dev/analytics/user").mkdir(parents=True)
    (home / ".tilt-dev/analytics/user/choice.txt").write_text("opt-out")
    done = run("load", text="analytics_settings(enable=True)\n", HOME=str(home))
    assert len(done.stderr.splitlines()) == 1
    assert f"{tmp_path}/Tiltfile:1:19" in done.stderr


def test_analytics_is_the_cores_own_command(run):
    done = run("analytics")
    assert done.stdout.startswith("analytics status : ")
    assert run("analytics", "opt", "in").stderr.startswith('wrote user collection strategy "in" to file')


def test_help_and_version(run):
    assert "tiltfile VERB" in run("--help").stdout
    assert "--show-events" in run("load", "--help").stdout
    assert run("--version").stdout == f"tiltfile {__version__}\n"
