"""What the shipper ships into."""

from __future__ import annotations

from typing import Protocol

from analytics.collector.relay._spool import Block


class SinkError(Exception):
    """The database did not take it; it is tried again. Says why, for a person."""


class Sink(Protocol):
    """A database. For one thread; every method may raise `SinkError`, and is then called again after `open`.

    Attributes:
        doubles: how many events were left out since their ids were there.
    """

    doubles: int

    def open(self) -> None:
        """Connect, if it is not connected."""

    def position(self, segment: str) -> int:
        """How many bytes of *segment* it has."""

    def ship(self, block: Block) -> None:
        """Keep the events of *block*, and that it has them: both or neither, and once whatever happens."""

    def settle(self) -> None:
        """Do what is to be done now and then: sums, retention."""

    def close(self) -> None:
        """Disconnect."""
