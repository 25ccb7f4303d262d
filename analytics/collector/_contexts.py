"""What events have in common: all but who sent them, when, how long it took, and the counts of built-ins.

There are far fewer contexts than events, so what follows from one is worked out once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from analytics.collector import _dictionary as kinds
from analytics.collector._dictionary import keep
from analytics.collector._read import Event

#: facet 0 stands for all events
ALL = 0

#: the event that tells how long a load took
LOAD_TIME = "tilt.tiltfile.load"

#: facets that are no columns of their own, and the keys that hold them
_OTHERS = ((kinds.EXTENSION, "ext_name"), (kinds.CLUSTER, "env"))


def facets_of(event: Event) -> Iterator[tuple[str, str]]:
    """The kinds and values of the facets of *event*, without its counts."""
    yield kinds.EVENT, event.name
    columns = (
        (kinds.SYSTEM, event.os),
        (kinds.VERSION, event.version),
        (kinds.REPOSITORY, event.origin),
        (kinds.COMMAND, event.command),
    )
    others = ((kind, str(event.tags.get(key, ""))) for kind, key in _OTHERS)
    yield from ((kind, value) for kind, value in (*columns, *others) if value)


class Words(Protocol):
    """A `Dictionary`, or what does for another database as it does for SQLite."""

    def facet(self, kind: str, value: str) -> int:
        """The number of the facet *value* of *kind*."""

    def rest(self, body: bytes) -> int | None:
        """The number of the other keys of an event."""

    def name(self, facet: int | None) -> str:
        """The text of a facet."""

    def tags(self, rest: int | None) -> dict[str, Any]:
        """The other keys of an event, by the number of its rest."""


class Context:
    """One context, in numbers.

    Attributes:
        columns: name, os, version, repository, command and rest, as the table of events has them.
        facets: what an event is counted under.
        timed: what its duration is counted under.
    """

    __slots__ = ("columns", "facets", "timed")

    def __init__(
        self, columns: tuple[int | None, ...], facets: tuple[int, ...], timed: tuple[int, ...]
    ) -> None:
        self.columns = columns
        self.facets = facets
        self.timed = timed


class Contexts:
    """Finds the context of an event. To be made anew with its dictionary."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._known: dict[tuple[str | bytes, ...], Context] = {}
        self._rows: dict[tuple[int | None, ...], Context] = {}

    def of(self, event: Event) -> Context:
        """The context of *event*."""
        key = (event.name, event.os, event.version, event.origin, event.command, event.rest)
        found = self._known.get(key)
        if found is None:
            found = self._make(event)
            keep(self._known, key, found)
        return found

    def _make(self, event: Event) -> Context:
        columns = (
            self._words.facet(kinds.EVENT, event.name),
            self._facet(kinds.SYSTEM, event.os),
            self._facet(kinds.VERSION, event.version),
            self._facet(kinds.REPOSITORY, event.origin),
            self._facet(kinds.COMMAND, event.command),
            self._words.rest(event.rest),
        )
        return self._context(columns, event.name, event.tags)

    def of_row(self, columns: tuple[int | None, ...]) -> Context:
        """The context of an event that is kept, by its `Context.columns`."""
        found = self._rows.get(columns)
        if found is None:
            name, tags = self._words.name(columns[0]), self._words.tags(columns[-1])
            found = self._context(columns, name, tags)
            keep(self._rows, columns, found)
        return found

    def _context(self, columns: tuple[int | None, ...], name: str, tags: Mapping[str, Any]) -> Context:
        event, os, version, repository, command, _ = columns
        others = (self._facet(kind, str(tags.get(key, ""))) for kind, key in _OTHERS)
        facets = tuple(filter(None, (event, os, version, repository, command, *others)))
        timed = (ALL, *filter(None, columns[1:-1])) if name == LOAD_TIME else facets[:1]
        return Context(columns, (ALL, *facets), timed)

    def _facet(self, kind: str, value: str) -> int | None:
        return self._words.facet(kind, value) if value else None
