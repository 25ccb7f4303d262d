"""What a command pays for analytics: measured in modules, which do not depend on the day."""

import os
import shutil
import subprocess
import sys

import pytest

FORBIDDEN = {
    "requests", "urllib3", "urllib", "http", "ssl", "socket", "attr", "attrs", "logging", "uuid", "subprocess",
    "sqlite3", "asyncio", "dataclasses", "typing", "enum", "re", "json", "hashlib", "tempfile", "random", "signal",
    "contextlib", "functools", "collections", "threading",
}  # fmt: skip

PROGRAM = """
import sys
from analytics import Client, Opt
client = Client.open(version="1", subcommand="load")
client.incr("cmd.load")
client.incr("tiltfile.loaded", {"tiltfile.invoked.local": "1"})
client.timer("tiltfile.load", 1)
client.settle(Opt.IN, "Tiltfile:1:1")
client.preview()
client.flush()
assert not client.problems, client.problems
print(*sorted(sys.modules))
"""


def modules(program, environ):
    """Return the modules loaded by *program*, in an interpreter that loads none of its own accord."""
    path = f"import sys; sys.path[:] = {sys.path!r}\n"
    output = subprocess.run(
        [sys.executable, "-I", "-S", "-c", path + program],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return set(output.split())


def test_a_whole_run_with_everything_on_imports_next_to_nothing(environ):
    loaded = modules(PROGRAM, environ) - modules("import sys; print(*sys.modules)", environ)
    assert not {name.partition(".")[0] for name in loaded} & FORBIDDEN
    assert "analytics._transport" not in loaded


def test_importing_the_package_imports_nothing_else(environ):
    loaded = modules("import sys; import analytics; print(*sys.modules)", environ)
    assert {name for name in loaded if name.startswith("analytics")} == {"analytics"}


def test_a_run_with_analytics_off_does_not_even_load_the_spool(environ):
    loaded = modules(PROGRAM.replace("client.preview()", ""), {**environ, "CI": "1"})
    assert not loaded & {
        "analytics._spool",
        "analytics._spawn",
        "analytics._identity",
        "analytics._secret",
        "fcntl",
    }


def test_the_sender_leaves_cheaply_when_nothing_waits(environ):
    program = "import os, sys; from analytics._sender import main; main(); os.write(2, b'') if 0 else None\n"
    environ["TILT_DEV_DIR"] = environ["HOME"]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program],
        env={**environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "requests" not in done.stderr


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_the_command_itself_makes_no_network_call(environ, tmp_path):
    trace = tmp_path / "trace"
    environ |= {"TILT_ANALYTICS_URL": "http://name.invalid/", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = ["strace", "-e", "trace=network", "-o", str(trace), sys.executable, "-c", PROGRAM]
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")
    subprocess.run(command, env=environ, check=True, capture_output=True)
    assert [line for line in trace.read_text().splitlines() if not line.startswith(("---", "+++"))] == []
    assert (
        (tmp_path / "home/.tilt-dev/analytics/spool/current.jsonl").exists()
        or list((tmp_path / "home/.tilt-dev/analytics/spool").glob("taken-*"))
        or (tmp_path / "home/.tilt-dev/analytics/spool/outbox.jsonl").exists()
    )


def test_a_server_that_asked_to_be_left_alone_costs_no_process(open_client, no_sender, choose):
    from analytics import _servers

    choose("opt-in")
    client = open_client()
    client._dirs.make(client._dirs.spool)
    server = _servers.Server(_servers.key_of("http://127.0.0.1:9/nobody-listens"))
    for _ in range(2):
        server.failed(client._now_ms(), reached=True, retry_after_ms=0, chance=0.5)
    _servers.write(client._dirs, {server.key: server})
    client.incr("cmd.load")
    client.settle()
    client.flush()
    assert client.problems == []
    assert no_sender == []


def test_a_sender_that_runs_is_enough(open_client, no_sender, choose):
    from analytics._sole import sole_sender

    choose("opt-in")
    client = open_client()
    client._dirs.make(client._dirs.spool)
    with sole_sender(client._dirs):
        client.incr("cmd.load")
        client.settle()
        client.flush()
    assert (client.problems, no_sender) == ([], [])
    client.incr("cmd.load")
    client.flush()
    assert len(no_sender) == 1
