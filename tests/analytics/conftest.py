"""A home of each test's own, a real server on the loopback interface, and a client between the two."""

import io
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from analytics import Client, FakeClock
from analytics._app import TILT
from analytics.cli import main


@pytest.fixture(autouse=True)
def _unusable_real_home(monkeypatch):
    """Whatever forgets to use the test's own environment fails to find anything to spoil."""
    for name in list(os.environ):
        if name.startswith(("TILT_", "WM", "WINDMILL", "DO_NOT_TRACK", "CI", "GIT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/dev/null/no-home")


class Server:
    """Answers POSTs with ``statuses`` in turn (the last one for ever) and keeps what it was sent."""

    def __init__(self, port=0):
        self.requests = []
        self.statuses = [200]
        self.delay = 0.0
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if len(body) < int(self.headers["Content-Length"]):  # the sender was killed on the way
                    self.close_connection = True
                    return
                time.sleep(server.delay)
                status = server.statuses.pop(0) if len(server.statuses) > 1 else server.statuses[0]
                server.requests.append(Request(self.path, dict(self.headers), body, status))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/report"

    @property
    def accepted(self):
        return [r for r in self.requests if 200 <= r.status < 300]

    @property
    def bodies(self):
        return [r.body.decode() for r in self.accepted]

    @property
    def names(self):
        return sorted(json.loads(body)["name"] for body in self.bodies)

    def close(self):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class Request:
    def __init__(self, path, headers, body, status):
        self.path, self.headers, self.body, self.status = path, headers, body, status


@pytest.fixture
def make_server():
    servers = []

    def make(port=0):
        servers.append(Server(port))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def server(make_server):
    return make_server()


@pytest.fixture
def home(tmp_path):
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def environ(home):
    """The environment of a user: nothing is said about analytics, and nobody listens."""
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "TILT_ANALYTICS_URL": "http://127.0.0.1:9/nobody-listens",
    }


@pytest.fixture
def choose(home):
    """Write the user's choice file, as text or bytes."""

    def write(content):
        path = home / ".tilt-dev/analytics/user/choice.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def open_client(environ, tmp_path):
    """Open a client that has no sender, so that a test can look at the spool at rest."""

    def make(**changes):
        options = {"version": "1.2.3-dev", "subcommand": "load", "environ": environ, "clock": FakeClock()}
        options.setdefault("cwd", str(tmp_path))
        return Client.open(**{**options, **changes})

    return make


@pytest.fixture
def no_sender(monkeypatch):
    """Keep senders from starting; returns the list of those that would have been."""
    started = []

    def spawn(dirs, environ, _lock):
        started.append((dirs, environ))
        return 0

    monkeypatch.setattr("analytics._handover.spawn_sender", spawn)
    return started


@pytest.fixture
def spooled(home):
    """Return the records in the spool of the test's home, as JSON objects, in order."""

    def read(top=None):
        spool = Path(top or home / ".tilt-dev") / "analytics/spool"
        paths = [*sorted(spool.glob("taken-*.jsonl")), *spool.glob("current.jsonl")]
        return [json.loads(line) for path in paths for line in path.read_text().splitlines() if line]

    return read


def wait_until(condition, seconds=15.0):
    """Wait for *condition*; return how long it took."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            pytest.fail(f"nothing after {seconds} s")
        time.sleep(0.01)
    return time.monotonic() - start


@pytest.fixture
def until():
    return wait_until


class Ran:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def lines(self):
        return self.out.splitlines()


@pytest.fixture
def cli(environ, no_sender):
    """Run ``tool analytics …`` in this process."""

    def run(*argv, app=TILT, **changes):
        out, err = io.StringIO(), io.StringIO()
        code = main(
            argv,
            prog="tool analytics",
            app=app,
            environ={**environ, **changes},
            stdout=out,
            stderr=err,
            version="1.2.3",
        )
        return Ran(code, out.getvalue(), err.getvalue())

    return run
