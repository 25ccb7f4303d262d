"""Run a small program for its output, without ``subprocess`` (which costs more to import than to use)."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 64 * 1024
_KILL = 9


class Process:
    """A program that was started. Its output is fetched later, so that the wait is shared.

    Attributes:
        timed_out: whether it was given up.
    """

    __slots__ = ("_fd", "_output", "_pid", "timed_out")

    def __init__(self, argv: tuple[str, ...], environ: Mapping[str, str]) -> None:
        self._output: bytes | None = None
        self.timed_out = False
        self._fd, write = os.pipe()
        try:
            self._pid = os.posix_spawnp(argv[0], argv, environ, file_actions=_stdout_to(write))
        except BaseException:
            os.close(self._fd)
            raise
        finally:
            os.close(write)

    def output(self, timeout: float) -> bytes | None:
        """Return what it printed, or None if it failed or took longer than *timeout* seconds."""
        if self._fd >= 0:
            self._output = self._wait(time.monotonic() + timeout)
        return self._output

    def _wait(self, deadline: float) -> bytes | None:
        try:
            data = _read_all(self._fd, deadline)
        finally:
            os.close(self._fd)
            self._fd = -1
        if data is None:
            self.timed_out = True
            os.kill(self._pid, _KILL)
        return data if self._succeeded() else None

    def _succeeded(self) -> bool:
        """Where SIGCHLD is ignored, or the host waits for all children, nobody can tell: believe it."""
        try:
            return os.waitpid(self._pid, 0)[1] == 0
        except ChildProcessError:
            return True


def start(argv: tuple[str, ...], environ: Mapping[str, str]) -> Process | None:
    """Start *argv*, or return None where it cannot be started."""
    try:
        return Process(argv, environ)
    except (OSError, ValueError, AttributeError):
        return None


def _stdout_to(fd: int) -> list[tuple[object, ...]]:
    null = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in (0, 2)]
    return [*null, (os.POSIX_SPAWN_DUP2, fd, 1)]


def _read_all(fd: int, deadline: float) -> bytes | None:
    import select

    chunks: list[bytes] = []
    while sum(map(len, chunks)) < _LONGEST:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            return None
        chunk = os.read(fd, _LONGEST)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
    return None
