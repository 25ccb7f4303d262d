"""Doubles for tests of programs that report usage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics._consent import Opt, TiltfileWord, decide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._consent import Decision

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

    Nothing is dropped: an event is kept whatever `settle` says, so that a test can look at both.

    Attributes:
        events: what was recorded, in order.
        decision: what the last call of `settle` gave; None before it.
        flushes: how often `flush` was called.
    """

    def __init__(self, user: Opt = Opt.IN) -> None:
        self._user = user
        self.events: list[tuple[str, dict[str, str | int]]] = []
        self.decision: Decision | None = None
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

    def settle(self, tiltfile: Opt = Opt.DEFAULT, where: str = "") -> Decision:
        """Decide as a client does for a user who has opted in (or as said at construction)."""
        self.decision = decide({}, TiltfileWord(tiltfile, where), self._user)
        return self.decision

    def flush(self) -> None:
        """Count the call."""
        self.flushes += 1

    def named(self, name: str) -> list[dict[str, str | int]]:
        """Return the tags of each event called *name*."""
        return [tags for event, tags in self.events if event == name]
