"""What a program does: in Tilt, and here."""

from __future__ import annotations

import http.server
import json
import os
import re
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import tiltfile_ext
from tiltfile_ext.result_json import result_json

_SECONDS = 60
#: the exit code of a program that does not end in time
_LATE = 124
_TAG = "tiltfile.invoked."


#: when logs begin to be read
_NOW = re.compile(r'"sinceTime": ?"[^"]+"')
#: the time and process that kubectl begins its log with
_LOG = re.compile(r"(?<=\bE)\d{4} \d\d:\d\d:\d\d\.\d+ +\d+(?= \w+\.go:)")
#: where in memory a value is, in an error of Tilt's that shows everything
_ADDRESS = re.compile(r"\b0x[0-9a-f]{9,}")
#: directories for a compose file, named at random
_RANDOM = re.compile(r"/tmp/tiltfile[-\w]*/")


class Outcome(NamedTuple):
    """The outcome of one load.

    Attributes:
        code: 0, or 5 for an error in the Tiltfile.
        text: what was printed, then the error.
        result: the JSON of the result; None after an error.
        tags: how often each built-in was called; None if nothing was reported.
    """

    code: int
    text: str
    result: Any
    tags: Mapping[str, str] | None

    def unordered(self) -> Outcome:
        """The same without the order of its lines, and of what is in them."""
        result = json.dumps(self.result, ensure_ascii=False)
        return self._replace(text=_sorted(self.text), result=_sorted(result.replace("\\n", "\n")))

    def differs(self, other: Outcome) -> tuple[str, ...]:
        """The names of the attributes in which this differs from *other*."""
        tags = self.tags is not None and other.tags is not None and self.tags != other.tags
        fields = ("code", "text", "result")
        return (
            tuple(name for name in fields if getattr(self, name) != getattr(other, name)) + ("tags",) * tags
        )


def _sorted(text: str) -> str:
    """The words of *text*, sorted."""
    return " ".join(sorted(re.findall(r"\w+|[^\w\s]", text)))


def here(directory: Path, args: tuple[str, ...], environ: Mapping[str, str]) -> Outcome:
    """What the Tiltfile in *directory* does here."""
    result = tiltfile_ext.load(directory / "Tiltfile", args, environ=environ, timeout=_SECONDS)
    lines = [text for _, text in result.messages]
    if result.error is not None:
        return Outcome(5, _fixed("\n".join((*lines, str(result.error)))), None, result.tags)
    return Outcome(0, _fixed("\n".join(lines)), _parsed(result_json(result)), result.tags)


def _parsed(result: str) -> Any:
    return json.loads(_NOW.sub('"sinceTime": ""', _RANDOM.sub("/tmp/tiltfile/", result)))


def _fixed(text: str) -> str:
    text = _ADDRESS.sub("0x", _LOG.sub("", text))
    return _RANDOM.sub("/tmp/tiltfile/", text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


class Tilt:
    """The program of that name, with a home directory of its own, whose reports are caught."""

    def __init__(self, program: str, home: Path) -> None:
        choice = home / ".tilt-dev/analytics/user/choice.txt"
        choice.parent.mkdir(parents=True)
        choice.write_text("opt-in")
        self._program = program
        self._catcher = _Catcher()
        self.environ = {
            "PATH": os.defpath,
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "KUBECONFIG": str(home / "none"),
        }

    def run(self, directory: Path, args: tuple[str, ...]) -> Outcome:
        """What the Tiltfile in *directory* does in Tilt."""
        self._catcher.tags = None
        argv = [self._program, "alpha", "tiltfile-result", "-v", "-f", str(directory / "Tiltfile")]
        environ = {**self.environ, "TILT_ANALYTICS_URL": self._catcher.url}
        try:
            done = subprocess.run(
                [*argv, "--", *args] if args else argv,
                cwd=directory, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Outcome(_LATE, "", None, None)
        lines = done.stderr.decode("utf-8", "replace").removesuffix("\n").split("\n")
        said = [
            line
            for line in lines
            if not line.startswith(("Loading Tiltfile at: ", "Successfully loaded Tiltfile ("))
        ]
        result = None if done.returncode else _parsed(done.stdout.decode())
        return Outcome(done.returncode, _fixed("\n".join(said)), result, self._catcher.tags)


class _Catcher:
    """A server that keeps the tags of the last report."""

    def __init__(self) -> None:
        self.tags: dict[str, str] | None = None
        catcher = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if event["name"] == "tilt.tiltfile.loaded":
                    catcher.tags = {key: value for key, value in event.items() if key.startswith(_TAG)}
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}/report"
        threading.Thread(target=server.serve_forever, daemon=True).start()
