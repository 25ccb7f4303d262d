"""Waiting, until told to stop."""

from __future__ import annotations

import signal
import threading


class StoppedError(Exception):
    """Somebody wants it to stop."""


class Pause:
    """Waits. SIGINT and SIGTERM end it once `heed_signals` was called."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def heed_signals(self) -> None:
        """From now on a signal ends the wait, or the next one, and not the process."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop.set())

    def wait(self, seconds: float) -> None:
        """Wait for so long; 0 only looks whether to stop.

        Raises:
            StoppedError: it is to stop.
        """
        if self._stop.wait(seconds):
            raise StoppedError
