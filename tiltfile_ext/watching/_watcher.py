"""Load a Tiltfile, and again whenever a file changes that it read.

The truth is what there is on the disk: each load is preceded by a look at all that is watched and followed by
another one, so that nothing is lost that happens in between. The operating system's bell only says when to
look again.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from tiltfile_ext.result import LoadResult
from tiltfile_ext.watching._bell import Bell
from tiltfile_ext.watching._changes import FileChange, changes, changes_during
from tiltfile_ext.watching._ignored import Ignored, ignored_by
from tiltfile_ext.watching._look import Look, Looker, Mark
from tiltfile_ext.watching._pace import pause
from tiltfile_ext.watching._rest import Rest

#: seconds between two looks when no bell rings, and when there is none
_WITH_BELL, _WITHOUT = 2.0, 1.0
#: looking takes at most this part of the time
_LARGEST_PART = 0.02


class Clock(Protocol):
    """Tells the time: seconds that only ever grow, and nanoseconds since the epoch."""

    def monotonic(self) -> float:
        """Seconds since some moment."""

    def time_ns(self) -> int:
        """Nanoseconds since the epoch."""


class Watcher:
    """Loads by `load`, hangs the bell by `arm`, and tells by `wait` when it is time to load again.

    Args:
        path: the Tiltfile, as the user named it.
        load: makes one load.
        bell: says when to look.
        clock: tells the time; the module ``time`` is one.
        stop: ends all waiting when it is set.

    Attributes:
        watched: the paths that are watched; a directory stands for all below it.
        restless: files that changed during each of the last loads, which came so fast that the next one waits
            a while. Most likely the Tiltfile itself has them written.
    """

    def __init__(
        self,
        path: str,
        load: Callable[[], LoadResult],
        *,
        bell: Bell,
        clock: Clock = time,
        stop: threading.Event | None = None,
    ) -> None:
        self._named = os.path.abspath(path)
        self._load = load
        self._bell = bell
        self._clock = clock
        self._stop = stop
        self._looker = Looker()
        self._looking = 0.0
        self._marks: Mapping[str, Mark] = {}
        self._seen_ns = clock.time_ns()
        self._sources: Mapping[str, bytes] = {}
        self._ignored = Ignored(())
        self._stale: tuple[FileChange, ...] = ()
        self._in_a_row = 0
        self.watched: tuple[str, ...] = (self._named,)
        self.restless: tuple[FileChange, ...] = ()

    @property
    def problem(self) -> str:
        """Why the operating system does not tell of changes, so that they are found a little later."""
        return self._bell.problem

    def load(self) -> LoadResult:
        """Load once."""
        result = self._load()
        self._sources = result.sources
        self._ignored = ignored_by(result)
        paths = (self._named, result.path, *result.config_files)
        self.watched = tuple(dict.fromkeys(path for path in paths if not self._ignored.match(path)))
        return result

    def arm(self) -> None:
        """Watch what the load read, and see what it cannot have seen; to be called after `load`."""
        before = {path: mark for path, mark in self._marks.items() if not self._ignored.match(path)}
        since_ns, look = self._seen_ns, self._look()
        self._stale = changes_during(before, look.marks, self._sources, since_ns)
        self._in_a_row = self._in_a_row + 1 if self._stale else 0
        self.restless = self._stale if pause(self._in_a_row) else ()

    def wait(self) -> tuple[FileChange, ...]:
        """Wait until something is not as the last load saw it, and what is changing has come to rest.

        Returns:
            What changed; () if waiting was ended by ``stop``.
        """
        found, self._stale = self._stale, ()
        if found:
            self._pause({change.path for change in found})
            found = tuple(sorted({*found, *self._settled()}))
        while not found and not self._stopped():
            found = self._next()
        return () if self._stopped() else found

    def close(self) -> None:
        """Watch no longer."""
        self._bell.close()

    def _next(self) -> tuple[FileChange, ...]:
        """Wait for the bell, or for the time to look without it; returns what changed, mostly nothing."""
        if self._bell.wait(self._interval()):
            return self._settled()
        look = self._peek()
        if changes(self._marks, look.marks):
            return self._settled()
        self._bell.hang(look.places)
        return ()

    def _pause(self, restless: set[str]) -> None:
        """Wait a while if need be, but not once anything besides the *restless* paths changes."""
        end = self._clock.monotonic() + pause(self._in_a_row)
        while (left := end - self._clock.monotonic()) > 0 and not self._stopped():
            self._bell.wait(min(left, self._interval()))
            if any(change.path not in restless for change in changes(self._marks, self._peek().marks)):
                return

    def _interval(self) -> float:
        """Seconds until the next look, if the bell does not ring before."""
        return max(_WITHOUT if self._bell.problem else _WITH_BELL, self._looking / _LARGEST_PART)

    def _stopped(self) -> bool:
        return self._stop is not None and self._stop.is_set()

    def _settled(self) -> tuple[FileChange, ...]:
        """Let a burst of changes come to its end, and say what it changed."""
        rest = Rest(self._clock.monotonic())
        while (left := rest.left(self._clock.monotonic())) > 0 and not self._stopped():
            if self._bell.wait(left):
                rest.changed(self._clock.monotonic())
        before = self._marks
        return changes(before, self._look().marks)

    def _look(self) -> Look:
        """Look, with the bell hanging where it must; what is there now is what the next load sees."""
        look = self._peek()
        while self._bell.hang(look.places):
            look = self._peek()
        self._marks = look.marks
        return look

    def _peek(self) -> Look:
        started = self._clock.monotonic()
        self._seen_ns = self._clock.time_ns()
        look = self._looker.look(self.watched, self._ignored)
        self._looking = self._clock.monotonic() - started
        return look
