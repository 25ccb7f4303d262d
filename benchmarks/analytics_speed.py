"""What a command pays for analytics.

    python benchmarks/analytics_speed.py [--records 20000] [--runs 300]

1. ``incr`` of a load with 46 keys, in CPU time of the thread; the first call of a process, too.
2. The import of what a command needs, in CPU time: as a library, as part of ``tiltfile load``, which has
   the byte code of its modules in one file, and of an empty module, for comparison.
3. Exit delay: from the last line of a command until its process is gone, with analytics on and, in turn,
   off, in six states of the network. "Difference" is that of the two p50 and of the two p99; "pairs" are
   the p50 and p99 of the differences of one run with the one after it, noise of both included. ``flush`` is
   the CPU time of ``settle`` and ``flush``: all that analytics does there, without the wait for a processor
   on a busy machine. The sixth state, a name server that never answers, needs root for its own
   /etc/resolv.conf.
"""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from analytics import _system

RECORD = """
import sys, time
from analytics import Client
names = ["local", "docker_build", "k8s_yaml", "k8s_resource", "local_resource", "os.path.join", "read_yaml",
    "config.parse", "config.define_string", "include", "fail", "helm", "struct"]
tags = {"env": "kind-0.6+", "tiltfile.changed": "false", "allfiles.changed": "true"}
for name in names:
    tags[f"tiltfile.invoked.{name}"] = "3"
    tags.update({f"tiltfile.invoked.{name}.arg.{a}": "2" for a in ("name", "cmd", "deps") if len(tags) < 44})
client, times = Client.open(version="1.0", subcommand="load"), []
for _ in range(int(sys.argv[1])):
    start = time.thread_time_ns()
    client.incr("tiltfile.loaded", tags)
    times.append(time.thread_time_ns() - start)
    client._events.clear(); client._to_spool.clear()
assert not client.refused and not client.problems
first = times[0]
times.sort()
print(len(tags), first, times[0], times[len(times) // 2], times[len(times) * 99 // 100])
"""

IMPORT = "from analytics import Client, Opt, _client, _handover, _identity"

EMPTY = 30

COMMAND = """
import os, sys, time
from analytics import Client, Opt
client = Client.open(version="1.0", subcommand="load")
client.incr("cmd.load")
client.incr("tiltfile.loaded", {"env": "", "tiltfile.invoked.local": "1"})
client.timer("tiltfile.load", 1)
end, cpu = time.monotonic_ns(), time.process_time_ns()
client.settle(Opt.IN, "Tiltfile:1:1")
client.flush()
os.write(1, f"{end} {time.process_time_ns() - cpu} {client._sender}".encode())
assert not client.problems, client.problems
"""


def environ(home: str, url: str = "http://127.0.0.1:9/") -> dict[str, str]:
    """The environment of a user who opted in."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "HOME": home, "TILT_ANALYTICS_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)}


def record(count: int) -> str:
    """Figures of ``incr``."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-c", RECORD, str(count)]
        done = subprocess.run(command, env=environ(home), check=True, capture_output=True, text=True)
    keys, first, best, median, slow = map(int, done.stdout.split())
    return (
        f"record, {keys} keys: min {best / 1e3:.1f}  p50 {median / 1e3:.1f}  p99 {slow / 1e3:.1f}  "
        f"first {first / 1e3:.0f} µs CPU"
    )


#: what `tiltfile load` begins with, and ends with
PACK = "from tiltfile_ext.cli import _pack; pack = _pack.Pack({!r}); sys.meta_path.insert(0, pack)"
UNPACK = "sys.dont_write_bytecode = False; pack.complete()"


def cpu(program: str, before: str = "", after: str = "") -> float:
    """CPU time in ms that *program* takes within an interpreter that has started, and has run *before*."""
    setup = f"import sys, time; sys.path[:] = {sys.path!r}; {before}\nstart = time.process_time_ns()\n"
    end = f"\nprint(time.process_time_ns() - start); {after}"
    command = [sys.executable, "-I", "-c", setup + program + end]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environ("/nowhere"))
    return int(done.stdout) / 1e6


def imports(runs: int) -> str:
    """Figures of the import, and of a module with nothing in it: how fast the machine is today."""
    with tempfile.TemporaryDirectory() as place:
        for n in range(EMPTY):
            Path(f"{place}/empty{n}.py").touch()
        empty = f"sys.path.insert(0, {place!r})\nimport " + ", ".join(f"empty{n}" for n in range(EMPTY))
        pack = PACK.format(f"{place}/pack")
        cpu(IMPORT, pack, UNPACK)
        times = [(cpu(IMPORT), cpu(IMPORT, pack), cpu(empty) / EMPTY) for _ in range(runs)]
    library, packed, one = (
        f"min {min(of):.2f}  median {statistics.median(of):.2f} ms" for of in zip(*times, strict=True)
    )
    return f"import, CPU: library {library}; tiltfile load {packed}; an empty module {one} ({runs} runs each)"


@contextmanager
def listening(behave):
    """A server on the loopback interface that does *behave* with each connection."""
    server = socket.create_server(("127.0.0.1", 0), backlog=128)
    stopped = threading.Event()

    def serve():
        while not stopped.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=behave, args=(connection, stopped), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    stopped.set()
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def _healthy(connection, _stopped):
    with connection, connection.makefile("rb") as stream:
        while stream.readline():
            length = 0
            while line := stream.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            stream.read(length)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def _silent(connection, stopped):
    with connection:
        stopped.wait()


def _dripping(connection, stopped):
    with connection:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n":
            if stopped.wait(1):
                return
            try:
                connection.sendall(bytes([byte]))
            except OSError:
                return


@contextmanager
def black_hole():
    """A port whose backlog is full: the kernel answers no further SYN."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            client = stack.enter_context(socket.socket())
            client.settimeout(0)
            client.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@contextmanager
def no_name_server():
    """A name server that never answers; the caller's processes must see it in /etc/resolv.conf."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.9.9.9", 53))
        yield "http://collector.example.com/"


@contextmanager
def refused():
    """A port that nobody listens on."""
    yield "http://127.0.0.1:9/"


STATES = {
    "healthy": lambda: listening(_healthy),
    "refused": refused,
    "silent": lambda: listening(_silent),
    "black hole": black_hole,
    "a byte a second": lambda: listening(_dripping),
    "no name server": no_name_server,
}


def run(variables: dict[str, str], wrap: list[str]) -> tuple[float, float, int]:
    """Run a command; returns exit delay and CPU time of ``settle`` and ``flush``, in ms, and the sender."""
    command = [*wrap, sys.executable, "-c", COMMAND]
    with subprocess.Popen(command, env=variables, cwd=variables["HOME"], stdout=subprocess.PIPE) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        gone = time.monotonic_ns()
        end, inside, sender = map(int, process.stdout.read().split())
    assert process.returncode == 0
    return (gone - end) / 1e6, inside / 1e6, sender


class Pairs:
    """A command with analytics on and the same with it off, again and again.

    Every run that is on has to start a sender: the one of the run before is ended, and it is forgotten that
    the address did not answer. So both the start of a sender, and one at work, are part of what is measured.
    """

    def __init__(self, home: str, url: str, wrap: list[str]) -> None:
        self._on, self._wrap = environ(home, url), wrap
        self._off = {**self._on, "DO_NOT_TRACK": "1"}
        self._spool = Path(home, ".tilt-dev/analytics/spool")
        self._sender = 0

    def on(self) -> tuple[float, float]:
        """Exit delay and CPU time inside, in ms."""
        self.end_sender()
        (self._spool / "servers.txt").unlink(missing_ok=True)
        delay, inside, self._sender = run(self._on, self._wrap)
        assert self._sender
        return delay, inside

    def off(self) -> float:
        """Exit delay in ms."""
        return run(self._off, self._wrap)[0]

    def pair(self, n: int) -> tuple[float, float, float]:
        """Exit delay on and off, in turns first, and CPU time inside."""
        if n % 2:
            off = self.off()
            on, inside = self.on()
        else:
            on, inside = self.on()
            off = self.off()
        return on, off, inside

    def end_sender(self) -> None:
        """Kill the sender, and wait until it has let go of its lock."""
        with suppress(ProcessLookupError):
            if self._sender:
                os.kill(self._sender, signal.SIGKILL)
        self._sender = 0
        if self._spool.is_dir():
            fd = os.open(self._spool / "sender.lock", os.O_RDWR | os.O_CREAT)
            _system.own_within(fd, 60.0)
            os.close(fd)


def exit_delays(state: str, runs: int) -> str:
    """Figures of one state."""
    wrap = []
    with tempfile.TemporaryDirectory() as home, STATES[state]() as url:
        if state == "no name server":
            Path(f"{home}/resolv.conf").write_text("nameserver 127.9.9.9\n")
            script = f'mount --bind {home}/resolv.conf /etc/resolv.conf && exec "$@"'
            wrap = ["unshare", "-m", "sh", "-c", script, "sh"]
        pairs = Pairs(home, url, wrap)
        for _ in range(3):
            pairs.on()
        times = [pairs.pair(n) for n in range(runs)]
        pairs.end_sender()
    on, off, inside = map(list, zip(*times, strict=True))
    differences = [_at(on, percent) - _at(off, percent) for percent in (50, 99)]
    paired = [with_it - without for with_it, without, _ in times]
    return (
        f"{state:>16}: exit delay on {_two(on)}  off {_two(off)}  "
        f"difference p50 {differences[0]:.2f} p99 {differences[1]:.2f}  pairs {_two(paired)}  "
        f"flush {_two(inside)} ms CPU"
    )


def _two(times: list[float]) -> str:
    return f"p50 {_at(times, 50):.2f} p99 {_at(times, 99):.2f}"


def _at(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=300)
    options = parser.parse_args()
    print(record(options.records))
    print(imports(min(options.runs, 40)))
    for state in STATES:
        if state == "no name server" and os.geteuid():
            print(f"{state:>16}: skipped, needs root")
            continue
        print(exit_delays(state, options.runs), flush=True)
    print("load average:", *(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    main()
