"""The two shapes that callers and tests share. Imported only by those who name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_TAGS: Mapping[str, str] = {}


@runtime_checkable
class Analytics(Protocol):
    """Something that events can be given to. No method raises, waits, or prints."""

    def incr(self, name: str, tags: Mapping[str, str] = NO_TAGS) -> None:
        """Say that something happened once."""

    def count(self, name: str, n: int, tags: Mapping[str, str] = NO_TAGS) -> None:
        """Say that something happened *n* times."""

    def timer(self, name: str, duration_ns: int, tags: Mapping[str, str] = NO_TAGS) -> None:
        """Say how long something took, in nanoseconds."""

    def without_global_tags(self) -> Analytics:
        """Return the same recorder, whose events carry their own tags and nothing else."""

    def flush(self) -> None:
        """Hand over what was recorded, without waiting for it to arrive."""


@runtime_checkable
class Clock(Protocol):
    """Tells the time."""

    def now(self) -> float:
        """Return seconds since 1970, UTC."""
