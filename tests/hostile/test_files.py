"""Files that are none, or that change; and streams that are closed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from tiltfile_ext.testing import load_text

FINE = 'print("hello")\nlocal_resource("a", cmd="true")\n'


def test_a_pipe_that_nobody_writes_to_is_waited_for_until_the_deadline(load, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    code, _, err = load("--timeout", "0.3", path="pipe")
    assert (code, err.splitlines()[-1]) == (
        5,
        "the load was stopped after 0.3 s; look for an endless loop, or allow more time",
    )


def test_a_pipe_is_read_to_its_end(tiltfile, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=("x" * 100_000,))
    writer.start()
    result = tiltfile("print(len(str(read_file('pipe'))))")
    writer.join()
    assert result.messages == (("info", "100000"),)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/urandom"])
def test_a_device_without_an_end_is_refused(tiltfile, path):
    assert f"read {path}: more than 256 MB; is there an end to it?" in str(
        tiltfile(f"read_file({path!r})").error
    )


@pytest.mark.parametrize("path", [".", "/dev/null/x", "loop", "a" * 300, "none"])
def test_a_path_that_is_no_file_is_one_error(load, tmp_path, path):
    (tmp_path / "loop").symlink_to("loop")
    code, out, err = load("--json", path=path)
    assert (code, out, err.count("\n")) == (5, "", 1)


def test_a_file_that_changes_while_it_is_loaded_is_read_once(tmp_path):
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            for text in ("x = 1\n", "x = (\n", "y = 2\n", ""):
                (tmp_path / "other").write_text(text)
            (tmp_path / "other").unlink()

    writer = threading.Thread(target=change)
    writer.start()
    text = "load_dynamic('./other')\nload_dynamic('./other')\nload('./other', 'x')\nprint(read_file('other', 'none'))\n"
    try:
        for _ in range(100):
            error = load_text(text, directory=str(tmp_path)).error
            assert error is None or str(error).count("Error") <= 1, str(error)
    finally:
        stop.set()
        writer.join()


@pytest.mark.parametrize(
    ("redirection", "code"), [(">&-", 0), ("2>&-", 0), ("<&-", 0), (">/dev/full", 1), (">&- 2>&- <&-", 0)]
)
def test_a_stream_that_is_closed_or_full_is_no_crash(tmp_path, environ, redirection, code):
    (tmp_path / "Tiltfile").write_text(FINE)
    command = f"exec {sys.executable} -m tiltfile_ext load --json {redirection}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert 'File "' not in done.stderr


def test_a_reader_that_leaves_early_ends_the_command_quietly(tmp_path, environ):
    (tmp_path / "Tiltfile").write_text("for i in range(3000):\n    local_resource('r%d' % i, 'true')\n")
    command = [sys.executable, "-m", "tiltfile_ext", "load", "--json"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        child.stdout.read(10)
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 1


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
@pytest.mark.parametrize("options", [(), ("--isolate",)], ids=["plain", "isolated"])
def test_a_signal_ends_the_load_and_the_programs_that_it_runs(tmp_path, environ, name, code, options):
    import signal

    (tmp_path / "Tiltfile").write_text("print('running')\nlocal('echo $$ >pid; sleep 60')\n")
    command = [sys.executable, "-m", "tiltfile_ext", "load", *options]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stderr.readline() == b"running\n"
        end = time.monotonic() + 60
        while not _has_text(tmp_path / "pid") and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.2)
        child.send_signal(getattr(signal, name))
        err = child.stderr.read().decode()
    assert child.returncode == code, err
    assert err.splitlines()[-1] in ("tiltfile: interrupted", "tiltfile: terminated")
    _expect_gone(tmp_path / "pid")


def _has_text(file) -> bool:
    return file.exists() and file.stat().st_size > 0


def _expect_gone(file) -> None:
    if not file.exists() or not file.read_text():
        return
    pid = int(file.read_text())
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the program that the load ran is left behind")
