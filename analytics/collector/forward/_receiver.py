"""What a receiver is to the loop, and what can become of events that were sent to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import attrs

from analytics.collector._export import Record


@attrs.frozen
class Taken:
    """It has them.

    Attributes:
        refused: so many of them it did not take, and does not want again; it does not say which.
        reason: why.
    """

    refused: int = 0
    reason: str = ""


@attrs.frozen
class Later:
    """Not now.

    Attributes:
        reason: why.
        after: for how many seconds it asked to be left alone; 0 if it did not.
    """

    reason: str
    after: float = 0.0


@attrs.frozen
class Refused:
    """It does not want one of them, or not so many at once."""

    reason: str


@attrs.frozen
class Unusable:
    """It wants none at all like this: the address or the key is wrong."""

    reason: str


Outcome = Taken | Later | Refused | Unusable


class Receiver(Protocol):
    """Where events go.

    Attributes:
        most: so many events it takes at once.
        oldest: it takes none that happened longer ago, in ms; None if it does not mind.
        is_live: it takes what comes as happening now, so that it is to have new events only.
    """

    most: int
    oldest: int | None
    is_live: bool

    def send(self, events: Sequence[Record]) -> Outcome:
        """Send events, once; never raises for what the network or the receiver does."""

    def close(self) -> None:
        """Let go of connections."""
