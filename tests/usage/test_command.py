"""``tiltfile usage`` as a user meets it."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest


def test_all_tiltfiles_below_the_directory_are_looked_at(cli):
    done = cli()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("3 Tiltfiles: 4 of ")


def test_only_what_is_named_is_looked_at(cli):
    assert json.loads(cli("api", "web/Tiltfile", "--format", "json").stdout)["tiltfiles"] == 2


def test_the_numbers_do_not_depend_on_how_many_work(cli):
    assert cli("--format", "json", "--jobs", "1").stdout == cli("--format", "json", "--jobs", "3").stdout


@pytest.mark.parametrize("name", ["usage.html", "usage.csv"])
def test_the_output_can_be_a_file(cli, project, name):
    done = cli("--format", name.rpartition(".")[2], "-o", name)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"wrote {name}\n")
    assert "local_resource" in (project / name).read_text()


def test_what_cannot_be_written_is_a_failure(cli):
    done = cli("api", "-o", "no/where")
    assert (done.returncode, done.stderr) == (
        1,
        "tiltfile usage: cannot write no/where: No such file or directory\n",
    )


@pytest.mark.parametrize(
    "argv", [("nowhere",), ("*.tiltfile",), ("--jobs", "0"), ("--format", "xml"), ("--timeout", "soon")]
)
def test_wrong_usage_is_exit_code_2_and_one_message(cli, argv):
    done = cli(*argv)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("tiltfile usage: ")
    assert "Traceback" not in done.stderr


def test_a_load_that_takes_too_long_does_not_stop_the_others(cli, project):
    (project / "bad/Tiltfile").write_text(
        "def f(n):\n    for i in range(n):\n        for j in range(n):\n            pass\nf(1000000000)\n"
    )
    data = json.loads(cli("--timeout", "2", "--format", "json").stdout)
    assert data["tiltfiles"] == 3
    assert "stopped after 2 s" in data["failures"][0]["reason"]


def test_programs_are_not_run_when_that_is_asked(cli, project):
    (project / "bad/Tiltfile").write_text("local('touch made')")
    assert (
        json.loads(cli("bad", "--no-run", "--format", "json").stdout)["partial"][0]["path"] == "bad/Tiltfile"
    )
    assert not (project / "bad/made").exists()
    cli("bad")
    assert (project / "bad/made").exists()


def test_nothing_is_reported(cli, project):
    home = project / "own-home"
    home.mkdir()
    cli("web", HOME=str(home))
    assert list(home.iterdir()) == []


def test_ctrl_c_stops_at_once(project):
    (project / "bad/Tiltfile").write_text("local('touch started; sleep 60')")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "tiltfile_ext", "usage", "bad"]
    running = subprocess.Popen(
        command, cwd=project, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not (project / "bad/started").exists():
        assert running.poll() is None
        time.sleep(0.05)
    started = time.monotonic()
    running.send_signal(signal.SIGINT)
    _, error = running.communicate(timeout=30)
    assert (running.returncode, error) == (130, "tiltfile usage: interrupted\n")
    assert time.monotonic() - started < 10
