"""The time, as an argument, so that tests can set it."""

from __future__ import annotations

import time


class SystemClock:
    """The time of this machine."""

    __slots__ = ()

    def now(self) -> float:
        """Return seconds since 1970, UTC."""
        return time.time()


SYSTEM = SystemClock()
