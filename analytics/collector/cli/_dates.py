"""Moments, for people and from them."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime
from time import time

_AGO = re.compile(r"(\d{1,6})([smhdw])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}

#: what `moment` takes
WHEN = "2026-11-01, 2026-11-01T09:30+01:00, or 18h, 7d ago"


def date(milliseconds: int) -> str:
    """The day of a moment, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d")


def moment(text: str) -> int:
    """A moment, in ms since 1970: a date or a time (UTC if it does not say), or how long ago.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    ago = _AGO.fullmatch(text)
    if ago:
        return max(0, int((time() - int(ago[1]) * _SECONDS[ago[2]]) * 1000))
    try:
        found = datetime.fromisoformat(text)
        return max(0, int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no moment: {WHEN}") from None
