"""Every combination of environment, Tiltfile and user, through the command, judged on wire bytes.

The oracle below is all there is to know; the product is judged against it, not against itself.
"""

import http.server
import itertools
import json
import threading
import time
from pathlib import Path

import pytest

from tiltfile_ext.cli import main

VARIABLES = ("TILT_DISABLE_ANALYTICS", "DO_NOT_TRACK", "CI")
VALUES = (None, "", "0", "1", "false")
TILTFILES = {
    "nothing": ("", None),
    "on": ("analytics_settings(enable=True)", True),
    "off": ("analytics_settings(enable=False)", False),
    "on, then off": ("analytics_settings(True)\nanalytics_settings(False)", False),
    "off, then on": ("analytics_settings(False)\nanalytics_settings(True)", True),
    "fails after on": ("analytics_settings(True)\nfail('x')", True),
    "fails after off": ("analytics_settings(False)\nfail('x')", False),
    "on, in a file that is loaded": ("include('on.Tiltfile')", True),
    "cannot be parsed": ("analytics_settings(True)\n)", None),
}
USERS = {
    "none": (None, None),
    "in": ("opt-in", True),
    "out": ("opt-out", False),
    "a corrupt choice": ("\x00garbage\n", None),
    "an unreadable choice": (..., False),  # a directory where the file should be
}
FULL = {"tilt.cmd.load", "tilt.tiltfile.loaded", "tilt.tiltfile.load"}


def oracle(environ: tuple, tiltfile: bool | None, user: bool | None) -> set[str]:
    """The names of the events that may reach the server."""
    if any(environ):
        return set()
    said = user if tiltfile is None else tiltfile
    return {None: {"tilt.analytics.up.optdefault"}, True: FULL, False: set()}[said]


class Server(http.server.ThreadingHTTPServer):
    """Keeps the bodies that were posted to each path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: dict[str, list[dict]] = {}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.setdefault(self.path, []).append(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server():
    with Server() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def make_user(home: Path, choice: object) -> None:
    file = home / ".tilt-dev/analytics/user/choice.txt"
    if choice is ...:
        file.mkdir(parents=True)
    elif choice is not None:
        file.parent.mkdir(parents=True)
        file.write_text(choice)


def environments() -> list[tuple[str | None, ...]]:
    """All values of all variables; of those that permit, the ones with at most one empty string.

    Each cell that permits starts a process to post its events, so their number is what costs.
    """
    everything = itertools.product(VALUES, repeat=3)
    return [values for values in everything if any(values) or values.count("") <= 1]


def test_only_what_is_permitted_reaches_the_server(server, tmp_path, monkeypatch, capsys):
    expected = {}
    cells = itertools.product(environments(), TILTFILES.values(), USERS.values())
    for number, (environ, (text, word), (choice, said)) in enumerate(cells):
        place = tmp_path / str(number)
        (place / "home").mkdir(parents=True)
        (place / "Tiltfile").write_text(text)
        (place / "on.Tiltfile").write_text("analytics_settings(enable=True)")
        make_user(place / "home", choice)
        with monkeypatch.context() as patch:
            patch.setenv("HOME", str(place / "home"))
            patch.setenv("TILT_ANALYTICS_URL", f"http://127.0.0.1:{server.server_port}/{number}")
            for name, value in zip(VARIABLES, environ, strict=True):
                if value is not None:
                    patch.setenv(name, value)
            main(["load", str(place / "Tiltfile")])
        expected[f"/{number}"] = oracle(environ, word, said)
    capsys.readouterr()
    end = time.monotonic() + 60
    wanted = sum(map(len, expected.values()))
    while sum(map(len, server.bodies.values())) < wanted and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(1)  # what must not come gets its chance
    for path, names in expected.items():
        bodies = server.bodies.get(path, [])
        assert sorted(body["name"] for body in bodies) == sorted(names), path
        for body in bodies:
            assert (set(body) == {"name", "version"}) is (body["name"] not in FULL), path
