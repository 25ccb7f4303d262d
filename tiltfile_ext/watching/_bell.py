"""Be told by the operating system that something happened in a directory.

A bell is a hint, no more: what changed, and whether anything did, is found out by looking. So it does not
matter what an operating system leaves out or says twice, and where there is no bell, as on network file
systems, looking now and then is enough.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tiltfile_ext.watching._look import Place

#: how often the library looks whether it was told something: 10 times a second cost 0.2 % of a core
_STEP_MS = 100


class Bell(Protocol):
    """Rings when something happens in one of the directories that it hangs in."""

    problem: str

    def hang(self, places: frozenset[Place]) -> bool:
        """Ring for *places* from now on; returns whether that is new, so that nobody has listened before."""

    def wait(self, seconds: float) -> bool:
        """Wait until it rings, or *seconds* have passed; returns whether it rang."""

    def close(self) -> None:
        """Take it down."""


class SystemBell:
    """The `Bell` of the operating system: inotify on Linux, FSEvents on macOS.

    Everything happens in the thread that waits; what happens while nobody waits is kept by the library.

    Args:
        stop: ends all waiting when it is set.

    Attributes:
        problem: why there is no bell, "" if there is one; without one, `wait` just waits.
    """

    def __init__(self, stop: threading.Event | None = None) -> None:
        self.problem = ""
        self._stop = stop
        self._places: frozenset[Place] = frozenset()
        self._rings: Generator[Any, None, None] | None = None
        self._rang = False

    def hang(self, places: frozenset[Place]) -> bool:
        """Ring for *places* from now on; returns whether that is new, so that nobody has listened before."""
        if places == self._places:
            return False
        self.close()
        try:
            self._rings = _listen([place.path for place in places], self._stop)
            self._hear()
        except (ImportError, OSError, RuntimeError) as error:
            self.problem = str(error) or type(error).__name__
            return False
        self.problem, self._places = "", places
        return True

    def wait(self, seconds: float) -> bool:
        """Wait until it rings, or *seconds* have passed; returns whether it rang."""
        end = time.monotonic() + seconds
        while not self._rang and (left := end - time.monotonic()) > 0 and not self._stopped():
            if self._rings is None:
                time.sleep(min(left, _STEP_MS / 1000))
            else:
                self._hear_or_close()
        rang, self._rang = self._rang, False
        return rang

    def close(self) -> None:
        """Take it down."""
        if self._rings is not None:
            self._rings.close()
        self._rings, self._places = None, frozenset()

    def _hear(self) -> None:
        """Listen for a step. If one of our directories itself went away, the bell must hang in a new one."""
        rings = next(self._rings, None) if self._rings is not None else None
        if rings is None:
            self.close()
        elif rings:
            self._rang = True
            if not {path for _, path in rings}.isdisjoint(place.path for place in self._places):
                self._places = frozenset()

    def _hear_or_close(self) -> None:
        try:
            self._hear()
        except (OSError, RuntimeError) as error:
            self.problem = str(error)
            self.close()

    def _stopped(self) -> bool:
        return self._stop is not None and self._stop.is_set()


def _listen(directories: list[str], stop: threading.Event | None) -> Generator[Any, None, None]:
    """Sets of what the library heard in *directories*, an empty one where that was nothing within a step.

    It listens from the first ``next()`` on, which raises `OSError` where the operating system has no more
    bells to give, or a directory has gone.

    Raises:
        ImportError: the library cannot be had on this platform.
    """
    from watchfiles import watch

    return watch(
        *directories,
        watch_filter=None,
        debounce=_STEP_MS,
        step=_STEP_MS,
        rust_timeout=_STEP_MS,
        yield_on_timeout=True,
        stop_event=stop,
        recursive=False,
        ignore_permission_denied=True,
    )
