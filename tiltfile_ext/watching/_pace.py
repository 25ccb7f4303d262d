"""How long to wait before a load that the load before it may have caused.

A program that a Tiltfile runs may write a file that the Tiltfile reads, with something else in it each time.
Without a pause such a Tiltfile would be loaded forever, as fast as can be.
"""

from __future__ import annotations

#: so many loads in a row may be due to somebody typing quickly
_PATIENCE = 3
_LONGEST_SECONDS = 60.0


def pause(in_a_row: int) -> float:
    """Seconds to wait when files changed during each of the last *in_a_row* loads: 0, then 1, 2, 4, … 60."""
    over = in_a_row - _PATIENCE
    return 0.0 if over < 0 else min(_LONGEST_SECONDS, 2.0 ** min(over, 10))
