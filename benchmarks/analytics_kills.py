"""Kill recorders and senders at random moments, with a server in trouble: nothing lost, nothing double.

    python benchmarks/analytics_kills.py [--kills 1000] [--faults 0.3] [--lost-answers 0.1] [--plain]

Four recorders at a time record and flush, and note down what `flush` has returned for. Each is killed
after a random time, and so is, as often, whatever sender runs. The waits between runs of the sender would
take days; they are skipped by removing the file that holds them. In the end senders run in peace, and without
pauses, until nothing waits. Exits with 1 if an event that was noted down is missing at the server or there
twice, or if the server has a body that is not in the ledger.
"""

import argparse
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from analytics_reference import Reference

from analytics import Client, Opt, _ledger, _outbox
from analytics._system import Dirs

RECORDERS = 4
LONGEST_LIFE = 0.12  # seconds
SENDER = "from analytics import _sender; _sender._PAUSE_SECONDS = 0; _sender.main()"


def record(number: int, notes: int, environ: dict[str, str]) -> None:
    """Record until killed; note down each event that is safe."""
    client = Client.open(version="1.0", subcommand="load", environ=environ)
    for event in itertools.count():
        label = f"r{number}.{event}"
        client.incr("tiltfile.loaded.plugin", {"env": "", "ext_name": label})
        client.settle(Opt.IN, "Tiltfile:1:1")
        client.flush()
        if client.problems:
            os.write(2, f"{client.problems}\n".encode())
            os._exit(1)
        os.write(notes, f"{label}\n".encode())
        time.sleep(0.005)


def start_recorder(number: int, notes: int, environ: dict[str, str]) -> int:
    """Fork a recorder and return its process id."""
    child = os.fork()
    if child == 0:
        try:
            record(number, notes, environ)
        finally:
            os._exit(1)
    return child


def senders(top: str) -> list[int]:
    """Process ids of the senders that work for *top*."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            variables = (entry / "environ").read_bytes().split(b"\0")
            is_sender = b"_sender" in (entry / "cmdline").read_bytes()
            if is_sender and f"TILT_DEV_DIR={top}".encode() in variables:
                found.append(int(entry.name))
    return found


def kill_about(top: str, kills: int, notes: int, environ: dict[str, str]) -> tuple[int, int]:
    """Kill until *kills* processes are dead; returns how many recorders and how many senders."""
    numbers, living, dead = itertools.count(), [], Counter()
    while sum(dead.values()) < kills:
        while len(living) < RECORDERS:
            living.append(start_recorder(next(numbers), notes, environ))
        time.sleep(random.random() * LONGEST_LIFE)
        victim = living.pop(random.randrange(len(living)))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        dead["recorder"] += 1
        for sender in senders(top) if random.random() < 0.5 else ():
            with suppress(ProcessLookupError):
                os.kill(sender, signal.SIGKILL)
                dead["sender"] += 1
        with suppress(FileNotFoundError):
            os.unlink(f"{top}/analytics/spool/servers.txt")
    for recorder in living:
        os.kill(recorder, signal.SIGKILL)
        os.waitpid(recorder, 0)
    return dead["recorder"], dead["sender"]


def drain(dirs: Dirs, environ: dict[str, str]) -> None:
    """Let senders run, one after the other, until nothing waits."""
    while _outbox.waiting(dirs) or senders(dirs.top):
        with suppress(FileNotFoundError):
            os.unlink(dirs.servers)
        subprocess.run([sys.executable, "-c", SENDER], env=environ, check=False)
        time.sleep(0.05)


def run(kills: int, faults: float, lost_answers: float, *, batches: bool) -> dict[str, int]:
    """Do it, and return the figures; ``lost``, ``double``, ``conflicts`` and ``unledgered`` should be 0."""
    with tempfile.TemporaryDirectory() as top, Reference(faults, lost_answers, batches=batches) as server:
        environ = {"PATH": os.environ["PATH"], "TILT_DEV_DIR": top, "TILT_ANALYTICS_URL": server.url}
        environ |= {"PYTHONPATH": os.pathsep.join(sys.path), "TILT_ANALYTICS_MAX_BYTES": "500000000"}
        notes = os.open(f"{top}/notes", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        recorders, sent = kill_about(top, kills, notes, environ)
        os.close(notes)
        drain(Dirs(top), environ)
        return figures(Path(f"{top}/notes").read_text().split(), server.state(), Dirs(top)) | {
            "recorders killed": recorders,
            "senders killed": sent,
        }


def figures(safe: list[str], state: dict, dirs: Dirs) -> dict[str, int]:
    """Compare what was noted down with what arrived, and what arrived with the ledger."""
    arrived = Counter(json.loads(body)["ext_name"] for body in state["events"].values())
    ledger = _ledger.read(dirs)
    return {
        "recorded": len(safe),
        "lost": len(set(safe) - set(arrived)),
        "double": sum(arrived.values()) - len(arrived),
        "repetitions that ids undid": state["doubles"],
        "conflicts": len(state["conflicts"]),
        "posts": len(state["digests"]),
        "unledgered": len(set(state["digests"]) - {entry["sha256"] for entry in ledger.entries}),
        "damaged ledger lines": ledger.damaged,
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--faults", type=float, default=0.3)
    parser.add_argument("--lost-answers", type=float, default=0.1)
    parser.add_argument("--plain", action="store_true", help="a server that takes no batches, as Tilt's")
    options = parser.parse_args()
    start = time.monotonic()
    found = run(options.kills, options.faults, options.lost_answers, batches=not options.plain)
    for name, number in found.items():
        print(f"{name:>28}  {number}")
    print(f"{'seconds':>28}  {time.monotonic() - start:.0f}")
    return int(any(found[name] for name in ("lost", "double", "conflicts", "unledgered")))


if __name__ == "__main__":
    sys.exit(main())
