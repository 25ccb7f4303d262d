"""Doubles for tests of programs that report usage."""

from __future__ import annotations

from collections.abc import Mapping

_NO_TAGS: Mapping[str, str] = {}


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float = 1_600_000_000.0) -> None:
        self.time = now

    def now(self) -> float:
        """Return the time that was set."""
        return self.time

    def advance(self, seconds: float) -> None:
        """Move the clock."""
        self.time += seconds


class MemoryAnalytics:
    """Keeps events in ``events`` as (name, tags); ``duration`` and ``count`` are tags as on the wire.

    ``flushes`` counts calls of `flush`.
    """

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, str | int]]] = []
        self.flushes = 0

    def incr(self, name: str, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Keep the event."""
        self.events.append((name, dict(tags)))

    def count(self, name: str, n: int, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Keep the event."""
        self.events.append((name, {**tags, "count": str(n)}))

    def timer(self, name: str, duration_ns: int, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Keep the event."""
        self.events.append((name, {**tags, "duration": duration_ns}))

    def without_global_tags(self) -> MemoryAnalytics:
        """Return itself: there are no global tags here."""
        return self

    def flush(self) -> None:
        """Count the call."""
        self.flushes += 1

    def named(self, name: str) -> list[dict[str, str | int]]:
        """Return the tags of each event called *name*."""
        return [tags for event, tags in self.events if event == name]
