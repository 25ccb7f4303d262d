"""When a burst of changes is over.

Editors, formatters and version control write in several steps: empty, fill, rename, remove. What counts is
what is there afterwards.
"""

from __future__ import annotations

#: seconds, both as in Tilt
QUIET, LONGEST = 0.2, 10.0


class Rest:
    """A burst that began at *now*; it is over after `QUIET` seconds without a change, or after `LONGEST`."""

    def __init__(self, now: float) -> None:
        self._began = self._last = now

    def changed(self, now: float) -> None:
        """Something changed again."""
        self._last = now

    def left(self, now: float) -> float:
        """Seconds until the burst is over, if nothing changes meanwhile; 0 when it is."""
        return max(0.0, min(self._last + QUIET, self._began + LONGEST) - now)
