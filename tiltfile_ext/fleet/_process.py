"""A worker as the process that started it sees it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from typing import IO, Any

from tiltfile_ext.fleet._memory import resident_mib
from tiltfile_ext.fleet._worker import Answer

_PROGRAM = """\
import json, sys
sys.path[:] = json.loads(sys.argv[2])
from tiltfile_ext.fleet._worker import main
main(int(sys.argv[1]))
"""
_MOST_OF_STDERR = 4000


class Worker:
    """One process, which works on one Tiltfile at a time.

    It leads a process group of its own, so that ^C on the terminal reaches only us, who then stop it.
    """

    def __init__(self, target: str, settings: object) -> None:
        #: what it works on, "" until it has said that it can work
        self.path = ""
        self._since = time.monotonic()
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the worker
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = _start(theirs.fileno(), self._stderr)
        self.connection: Connection[Any, Any] = Connection(ours.detach())
        self._send((target, settings))

    def give(self, path: str) -> None:
        """Have it work on *path*."""
        self.path, self._since = path, time.monotonic()
        self._send(path)

    def _send(self, message: object) -> None:
        # a worker that is dead already is found when its answer is read
        with contextlib.suppress(OSError):
            self.connection.send(message)

    def answer(self) -> Answer | None:
        """What it says of its path, or first of itself; None if it has died."""
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            return None
        return answer if isinstance(answer, Answer) else None

    def overdue(self, seconds: float) -> bool:
        """Whether it has worked on its path, or been starting, for longer than that."""
        return time.monotonic() - self._since > seconds

    def resident_mib(self) -> int:
        """The memory that it has now."""
        return resident_mib(self._process.pid)

    def last_words(self) -> str:
        """How it died, and the last line that it wrote to standard error."""
        code = self._process.wait()
        self._stderr.seek(max(0, self._stderr.seek(0, os.SEEK_END) - _MOST_OF_STDERR))
        lines = self._stderr.read().decode(errors="replace").split("\n")
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"died ({_end(code)})" + (f": {said}" if said else "")

    def interrupt(self) -> None:
        """Ask it to stop, with the programs that it runs; `close` waits for that."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)

    def close(self, patience: float = 0.0) -> None:
        """End it; kill it if it has not ended within *patience* seconds."""
        self.connection.close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stderr.close()


def _start(descriptor: int, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(descriptor), json.dumps(sys.path)],
        stdin=subprocess.DEVNULL,
        stdout=stderr,
        stderr=stderr,
        pass_fds=(descriptor,),
        process_group=0,
    )


def _end(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
