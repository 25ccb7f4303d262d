"""A line that says how far the work is: on a terminal only, and not within the first second."""

from __future__ import annotations

import time
from typing import TextIO

_FIRST_SECONDS = 1.0
_SECONDS = 0.1


class Progress:
    """The line on *stream*, which is rewritten in place and leaves nothing behind."""

    def __init__(self, stream: TextIO, total: int, noun: str) -> None:
        """Args: total: how much there is to do; noun: what is done, "checked"."""
        self._stream = stream
        self._total = total
        self._noun = noun
        self._due = time.monotonic() + _FIRST_SECONDS if stream.isatty() else float("inf")
        self._shown = False

    def update(self, done: int, rest: str = "") -> None:
        """So much is *done*; *rest* is more to say, "3 findings"."""
        if time.monotonic() < self._due:
            return
        text = f"{done} of {self._total} {self._noun}" + (f", {rest}" if rest else "")
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()
        self._due, self._shown = time.monotonic() + _SECONDS, True

    def clear(self) -> None:
        """Take the line away, before anything else is written."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
