"""How many events the collector keeps, each on the disk before it is answered.

    python benchmarks/collector_speed.py [--seconds 5] [--connections 64]

Posts from another process over connections that stay open: single events, then batches of 100 (one event
a line), to the collector and, single, to a server of the same kind that does nothing. Events are a load's: 45
keys, with one of 500 profiles. CPU is the server's own per request; latencies are the client's.
"""

import argparse
import asyncio
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing

import uvloop

BATCH = 100
PROFILES = 500

SERVE = [sys.executable, "-m", "tiltfile_ext", "collect", "serve", "--port", "0", "--file"]
NOTHING = """
import socket, sys, uvicorn
from analytics.collector._serve import Hurried
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
        return
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"{}"})
port = socket.create_server(("127.0.0.1", 0), backlog=2048)
print(f"http://127.0.0.1:{port.getsockname()[1]}/report", file=sys.stderr, flush=True)
config = uvicorn.Config(app, http=Hurried, ws="none", access_log=False, log_level="warning")
uvicorn.Server(config).run(sockets=[port])
"""


def events(count):
    """Bodies of loads, as Go writes them."""
    rng = random.Random(1)
    names = [f"tiltfile.invoked.builtin_{n}.arg.{m}" for n in range(30) for m in range(6)]
    profiles = [{name: str(rng.randint(1, 9)) for name in rng.sample(names, 36)} for _ in range(PROFILES)]
    common = {
        "env": "kind-0.6+",
        "os": "linux",
        "subcommand": "up",
        "version": "0.37.6",
        "tiltfile.changed": "true",
    }
    made = []
    for _ in range(count):
        who = f"{rng.getrandbits(10):032x}"
        event = {**common, "name": "tilt.tiltfile.loaded", "user": who, "machine": who, "git.origin": who}
        event |= rng.choice(profiles)
        made.append(json.dumps(event, sort_keys=True, separators=(",", ":")).encode())
    return made


def request(body, kind):
    """The bytes of one POST."""
    head = f"POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Poster(asyncio.Protocol):
    """One connection: posts, waits for the answer, posts again."""

    def __init__(self, requests, end, times):
        self.requests, self.end, self.times = requests, end, times
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        self.post()

    def post(self):
        self.sent = time.perf_counter()
        self.answer = b""
        self.transport.write(random.choice(self.requests))

    def data_received(self, data):
        self.answer += data
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end or len(body) < int(head.rpartition(b"content-length: ")[2].split()[0]):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(self.answer)
        now = time.perf_counter()
        self.times.append(now - self.sent)
        if now < self.end:
            self.post()
        else:
            self.transport.close()

    def connection_lost(self, _):
        self.done.set_result(None)


async def load(port, requests, seconds, connections):
    """Post for so long; returns the latencies in s."""
    loop, times = asyncio.get_running_loop(), []
    end = time.perf_counter() + seconds
    posters = [
        await loop.create_connection(lambda: Poster(requests, end, times), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(poster.done for _, poster in posters))
    return times


def cpu(pid):
    """CPU seconds that a process has used."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(command, requests, events_each, options):
    """Figures of one server, and how many events were acknowledged in all."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            said = next(line for line in server.stderr if "/report" in line)
            port = int(said.partition("/report")[0].rpartition(":")[2])
            run = lambda seconds: uvloop.run(load(port, requests, seconds, options.connections))  # noqa: E731
            warm = len(run(1.0))
            before, start = cpu(server.pid), time.perf_counter()
            times = run(options.seconds)
            took, used = time.perf_counter() - start, cpu(server.pid) - before
        finally:
            server.terminate()
            server.wait()
    cuts = statistics.quantiles(times, n=100)
    text = (
        f"{len(times) / took:>8,.0f} POSTs/s {len(times) * events_each / took:>9,.0f} events/s  "
        f"p50 {cuts[49] * 1e3:.1f} p99 {cuts[98] * 1e3:.1f} ms  {used / len(times) * 1e6:.0f} µs CPU a POST"
    )
    return text, (warm + len(times)) * events_each


def main():
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=64)
    options = parser.parse_args()
    bodies = events(20_000)
    single = [request(body, "application/json") for body in bodies]
    batches = [
        request(b"\n".join(bodies[n : n + BATCH]), "application/x-ndjson")
        for n in range(0, len(bodies), BATCH)
    ]
    print("a server that does nothing:", measure([sys.executable, "-c", NOTHING], single, 0, options)[0])
    for name, requests, each in (("single events", single, 1), (f"batches of {BATCH}", batches, BATCH)):
        with tempfile.TemporaryDirectory() as place:
            path = f"{place}/collector.db"
            text, acknowledged = measure([*SERVE, path], requests, each, options)
            with closing(sqlite3.connect(path)) as db:
                stored = db.execute("SELECT count(*) FROM event").fetchone()[0]
            assert stored == acknowledged, (stored, acknowledged)
            print(f"{name:>26}: {text}  {os.path.getsize(path) / stored:.0f} B/event")
    print("load average:", *(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    main()
