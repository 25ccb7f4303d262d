"""What a command pays for analytics: measured in modules, which do not depend on the day."""

import os
import shutil
import subprocess
import sys

import pytest

#: What one run needs in all, from opening the client to the start of the sender. Each module more costs 0.1 ms, so
#: each is there for a reason; and of the stdlib only what an interpreter has anyway, or is tiny.
OURS = {
    "_answers", "_app", "_client", "_consent", "_digest", "_event", "_handover", "_identity", "_registry", "_spool",
    "_system",
}  # fmt: skip
STDLIB = {"__future__", "_sha2", "_sha256", "errno", "fcntl"}

#: ("_servers" besides, if the last address could not be reached.)

#: What is asked of git and of the machine once, and used from then on.
FIRST_TIME = {"_facts", "_remote", "_run", "_secret"}

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


def imported(program, environ):
    """Return what *program* imports that an interpreter does not have anyway."""
    return modules(program, environ) - modules("import sys, os; print(*sys.modules)", environ)


def ours(*names):
    return {"analytics", *(f"analytics.{name}" for name in names)}


def test_a_whole_run_with_everything_on_imports_only_what_is_listed(environ):
    modules(PROGRAM, environ)  # makes the secret, asks git
    assert imported(PROGRAM, environ) - STDLIB - {"analytics._servers"} == ours(*OURS)


def test_the_first_run_of_all_imports_little_more(environ):
    assert imported(PROGRAM, environ) - STDLIB - {"select", "binascii"} == ours(*OURS, *FIRST_TIME)


def test_recording_imports_half_of_it(environ):
    program = PROGRAM[: PROGRAM.index("client.settle")] + "print(*sys.modules)"
    assert imported(program.replace("client =", "import os; os.environ['CI'] = '1'; client ="), environ) == (
        {"__future__", "errno"} | ours("_app", "_client", "_consent", "_event", "_registry", "_system")
    )


def test_importing_the_package_imports_nothing_else(environ):
    loaded = modules("import sys; import analytics; print(*sys.modules)", environ)
    assert {name for name in loaded if name.startswith("analytics")} == {"analytics"}


def test_a_run_with_analytics_off_does_not_even_load_the_spool(environ):
    loaded = modules(PROGRAM.replace("client.preview()", ""), {**environ, "CI": "1"})
    assert not loaded & {
        "analytics._spool",
        "analytics._handover",
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
