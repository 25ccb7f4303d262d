"""A collector that honours ids, and can be told to be in trouble: what the proofs are judged by.

    python benchmarks/analytics_reference.py [--faults 0.3] [--lost-answers 0.1] [--batches]

It counts every event once, whatever arrives how often, and prints its address. GET /state tells what it has.
"""

import argparse
import hashlib
import json
import random
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class State:
    """What arrived: body by event id, digests of all that was read whole, repetitions, contradictions."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.events: dict[str, str] = {}
        self.digests: list[str] = []
        self.doubles = 0
        self.conflicts: list[str] = []

    def accept(self, headers, body: bytes) -> None:
        """Keep what is new. The ids in the header say what is in the body, one a line."""
        is_batch = headers["Content-Type"] == "application/x-ndjson"
        ids = headers["X-Event-Ids"].split(",")
        bodies = body.decode().splitlines() if is_batch else [body.decode()]
        for id, text in zip(ids, bodies, strict=True):
            json.loads(text)
            self.doubles += id in self.events
            if self.events.setdefault(id, text) != text:
                self.conflicts.append(id)


def handler(
    state: State, faults: float, lost_answers: float, *, batches: bool
) -> type[BaseHTTPRequestHandler]:
    """The class that answers for *state*, with trouble as often as asked for."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_GET(self):
            with state.lock:
                kept = {name: value for name, value in vars(state).items() if name != "lock"}
                self.answer(200, json.dumps(kept).encode())

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:  # the sender was killed on the way
                self.close_connection = True
                return
            chance = random.random()
            with state.lock:
                state.digests.append(hashlib.sha256(body).hexdigest())
                if chance >= faults:
                    state.accept(self.headers, body)
            if chance < faults:
                self.answer(random.choice((500, 502, 503, 429)))
            elif chance < faults + (1 - faults) * lost_answers:
                self.close_connection = True  # accepted, but nobody will hear of it
            else:
                self.answer(200)

        def answer(self, status, body=b""):
            self.send_response(status)
            if batches:
                self.send_header("Accept-Post", "application/json, application/x-ndjson")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    return Handler


class Reference:
    """The collector in a process of its own, for the time of a ``with``."""

    def __init__(self, faults: float = 0.0, lost_answers: float = 0.0, *, batches: bool = False) -> None:
        self._command = [sys.executable, __file__, f"--faults={faults}", f"--lost-answers={lost_answers}"]
        self._command += ["--batches"] * batches

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        self.url = self._process.stdout.readline().strip()
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def state(self) -> dict:
        """What has arrived so far."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url, timeout=30) as answer:
            return json.load(answer)


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--lost-answers", type=float, default=0.0)
    parser.add_argument("--batches", action="store_true")
    options = parser.parse_args()
    answers = handler(State(), options.faults, options.lost_answers, batches=options.batches)
    server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
    server.handle_error = lambda *_: None  # clients that are killed are the point
    print(f"http://127.0.0.1:{server.server_address[1]}/report", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
