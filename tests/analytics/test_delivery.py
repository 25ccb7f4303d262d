"""From the command's exit to the server: real processes, a real socket."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import sys, time
from analytics import Client, Opt
client = Client.open(version="1.2.3-dev", subcommand="load")
for n in range(int(sys.argv[1])):
    client.incr("tiltfile.loaded.plugin", {"env": "", "ext_name": f"{sys.argv[2]}.{n}"})
client.settle()
start = time.perf_counter()
client.flush()
print(time.perf_counter() - start)
print("\\n".join(client.problems), end="")
"""


@pytest.fixture
def command(environ, choose, tmp_path):
    """Run a command that records *count* events, in its own process; returns what it printed."""
    choose("opt-in")
    environ["PYTHONPATH"] = os.pathsep.join(sys.path)

    def run(count=1, label="x", **changes):
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, str(count), label],
            env={**environ, **changes}, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=20,
        ).stdout  # fmt: skip

    return run


def senders(home):
    """Process ids of senders that run for *home*."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if b"analytics._sender" in (entry / "cmdline").read_bytes():
                variables = (entry / "environ").read_bytes()
                if f"TILT_DEV_DIR={home}/.tilt-dev".encode() in variables:
                    found.append(int(entry.name))
        except OSError:
            continue
    return found


def gone(pid):
    """Whether process *pid* has let go of its files and locks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def delivered(server):
    return sorted(json.loads(body)["ext_name"] for body in server.bodies)


@pytest.fixture(autouse=True)
def _no_sender_outlives_its_test(home):
    yield
    for pid in senders(home):
        os.kill(pid, signal.SIGKILL)


def test_an_event_arrives_soon_after_the_command_has_gone(command, server, until):
    output = command(3, TILT_ANALYTICS_URL=server.url)
    until(lambda: len(server.accepted) == 3, 5.0)
    assert delivered(server) == ["x.0", "x.1", "x.2"]
    assert output.count("\n") == 1  # no problem was printed


def test_the_command_does_not_wait_for_a_silent_server(command, server, home, until):
    server.delay = 3.0
    start = time.monotonic()
    seconds = float(command(TILT_ANALYTICS_URL=server.url).split()[0])
    assert time.monotonic() - start < 2.0
    assert seconds < 0.5
    until(lambda: senders(home))


def test_a_sender_makes_room_for_others(command, server, until, home):
    """It begins with that, and with a pause, so that the command can go."""
    server.delay = 3.0
    command(TILT_ANALYTICS_URL=server.url)
    nice = min(os.getpriority(os.PRIO_PROCESS, 0) + 10, 19)
    until(lambda: [os.getpriority(os.PRIO_PROCESS, pid) for pid in senders(home)] == [nice])


def test_a_sender_shows_nothing_of_the_events_and_keeps_no_file_open(command, server, home, until):
    server.delay = 1.0
    command(1, "canary", TILT_ANALYTICS_URL=server.url, TILT_ANALYTICS_HASH_KEY="team-secret")
    until(lambda: senders(home) and has_detached(senders(home)[0]))
    (pid,) = senders(home)
    process = Path(f"/proc/{pid}")
    shown = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    assert b"canary" not in shown
    assert b"team-secret" not in shown
    assert server.url.encode() not in shown
    assert os.readlink(process / "cwd") == "/"
    assert [os.readlink(process / f"fd/{n}") for n in range(3)] == ["/dev/null"] * 3
    assert os.getsid(pid) == pid
    until(lambda: len(server.accepted) == 1)


def has_detached(pid):
    try:
        return os.readlink(f"/proc/{pid}/cwd") == "/"
    except OSError:
        return False


def test_a_pipe_to_the_command_ends_with_the_command(command, environ, server, tmp_path):
    server.delay = 2.0
    environ["TILT_ANALYTICS_URL"] = server.url
    read, write = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "1", "x"], env=environ, cwd=tmp_path, stdout=write, pass_fds=[write]
    ) as process:
        os.close(write)
        start = time.monotonic()
        with os.fdopen(read, "rb") as pipe:
            pipe.read()
        assert time.monotonic() - start < 1.9
    assert process.returncode == 0


def test_what_is_recorded_offline_arrives_when_online(command, make_server, until, home):
    port = free_port()
    url = f"http://127.0.0.1:{port}/report"
    command(2, "offline", TILT_ANALYTICS_URL=url)
    until(lambda: not senders(home))
    server = make_server(port)
    command(1, "online", TILT_ANALYTICS_URL=url)
    until(lambda: len(server.accepted) == 3)
    assert delivered(server) == ["offline.0", "offline.1", "online.0"]


def test_each_event_goes_to_the_address_of_its_time(command, make_server, until, home):
    port = free_port()
    command(1, "first", TILT_ANALYTICS_URL=f"http://127.0.0.1:{port}/report")
    until(lambda: not senders(home))
    one, two = make_server(port), make_server()
    command(1, "second", TILT_ANALYTICS_URL=two.url)
    until(lambda: one.accepted and two.accepted)
    assert (delivered(one), delivered(two)) == (["first.0"], ["second.0"])


def test_a_server_in_trouble_gets_the_event_again_under_the_same_id(command, server, until):
    server.statuses = [503, 200]
    command(1, TILT_ANALYTICS_URL=server.url)
    until(lambda: len(server.requests) == 2)
    first, second = server.requests
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.body == second.body


def test_commands_at_the_same_time_lose_nothing(environ, choose, server, until, tmp_path):
    choose("opt-in")
    environ.update(TILT_ANALYTICS_URL=server.url, PYTHONPATH=os.pathsep.join(sys.path))
    commands = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "5", str(n)], env=environ, cwd=tmp_path, stdout=subprocess.DEVNULL
        )
        for n in range(8)
    ]
    assert [command.wait(20) for command in commands] == [0] * 8
    until(lambda: len(set(delivered(server))) == 40)
    assert delivered(server) == sorted(f"{n}.{m}" for n in range(8) for m in range(5))


def test_a_sender_killed_on_the_way_loses_nothing(command, server, until, home):
    server.delay = 0.05
    command(20, TILT_ANALYTICS_URL=server.url)
    for seen in (2, 5, 9):
        until(lambda seen=seen: len(server.accepted) >= seen)
        killed = senders(home)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        until(lambda killed=killed: all(map(gone, killed)))
        command(1, f"again-{seen}", TILT_ANALYTICS_URL=server.url)
    expected = {f"x.{n}" for n in range(20)} | {f"again-{seen}.0" for seen in (2, 5, 9)}
    until(lambda: set(delivered(server)) == expected)
    by_id = {request.headers["Idempotency-Key"]: request.body for request in server.accepted}
    assert len(by_id) == 23  # whoever honours the ids has no doubles
    assert len(server.accepted) <= 23 + 3


def test_every_body_that_arrived_is_in_the_ledger(command, server, until, home):
    command(3, TILT_ANALYTICS_URL=server.url)
    until(lambda: len(server.accepted) == 3 and not senders(home))
    lines = [
        json.loads(line)
        for line in (home / ".tilt-dev/analytics/ledger.jsonl").read_text().split("\n")
        if line
    ]
    assert [line["body"] for line in lines if line["what"] == "attempt"] == server.bodies
    assert [line["status"] for line in lines if line["what"] == "answer"] == [200] * 3


def test_signals_that_the_command_ignores_change_nothing(command, environ, server, until, home, tmp_path):
    server.delay = 0.5
    ignoring = "import signal\nfor s in (signal.SIGCHLD, signal.SIGALRM): signal.signal(s, signal.SIG_IGN)\n"
    environ["TILT_ANALYTICS_URL"] = server.url
    done = subprocess.run(
        [sys.executable, "-c", ignoring + PROGRAM, "1", "x"],
        env=environ, cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.count("\n") == 1
    until(lambda: senders(home))
    (pid,) = senders(home)
    until(lambda: has_detached(pid))
    status = Path(f"/proc/{pid}/status").read_text()
    ignored = int(next(line for line in status.splitlines() if line.startswith("SigIgn")).split()[1], 16)
    assert not ignored >> (signal.SIGALRM - 1) & 1
    until(lambda: len(server.accepted) == 1)


@pytest.mark.parametrize("name", ["TILT_DISABLE_ANALYTICS", "DO_NOT_TRACK", "CI"])
def test_off_is_absent(command, server, home, name):
    before = sorted(home.rglob("*"))
    command(3, TILT_ANALYTICS_URL=server.url, **{name: "0"})
    assert senders(home) == []
    assert sorted(home.rglob("*")) == before
    time.sleep(0.2)
    assert server.requests == []


def test_nothing_of_the_project_runs_in_the_sender(command, server, until, tmp_path):
    (tmp_path / "requests.py").write_text("open('/tmp/project-code-ran', 'w'); raise SystemExit\n")
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit\n")
    command(1, TILT_ANALYTICS_URL=server.url)
    until(lambda: len(server.accepted) == 1)


def free_port():
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
