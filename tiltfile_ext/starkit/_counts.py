"""Count calls and arguments of built-ins; the one place that decides what a count means.

A call counts when it is entered. Its arguments count only when all of them could be bound. Calls are
kept by `Shape`, which costs one dictionary update a call; names are worked out when the load is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiltfile_ext.starkit._shape import Shape
    from tiltfile_ext.starkit._thread import Thread


class BuiltinUse:
    """How often one built-in was called, and each of its parameters given."""

    __slots__ = ("arguments", "calls")

    def __init__(self) -> None:
        self.calls = 0
        self.arguments: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"BuiltinUse(calls={self.calls}, arguments={self.arguments})"


class Counts:
    """The counts of one load. Used from one Python thread at a time."""

    __slots__ = ("_extra", "_shapes", "_unbound")

    def __init__(self) -> None:
        self._shapes: dict[Shape, int] = {}
        self._unbound: dict[str, int] = {}
        self._extra: dict[tuple[str, str], int] = {}

    def bound(self, shape: Shape) -> None:
        """A call was entered and all its arguments fit."""
        self._shapes[shape] = self._shapes.get(shape, 0) + 1

    def unbound(self, name: str) -> None:
        """A call was entered; its arguments did not fit, or are not counted."""
        self._unbound[name] = self._unbound.get(name, 0) + 1

    def argument(self, name: str, parameter: str) -> None:
        """An argument of a method was given; methods count no calls (`git.Repo.paths`)."""
        key = (name, parameter)
        self._extra[key] = self._extra.get(key, 0) + 1

    def by_builtin(self) -> dict[str, BuiltinUse]:
        """Built-in name to its use, sorted by name."""
        uses: dict[str, BuiltinUse] = {}
        for name, calls in self._unbound.items():
            uses.setdefault(name, BuiltinUse()).calls += calls
        for shape, calls in self._shapes.items():
            use = uses.setdefault(shape.builtin.name, BuiltinUse())
            use.calls += calls
            for parameter in shape.counted:
                use.arguments[parameter] = use.arguments.get(parameter, 0) + calls
        for (name, parameter), times in self._extra.items():
            arguments = uses.setdefault(name, BuiltinUse()).arguments
            arguments[parameter] = arguments.get(parameter, 0) + times
        return dict(sorted(uses.items()))


class PlacedCounts(Counts):
    """Counts that remember where each call was made, which costs some 10 µs a call.

    Every built-in must be positioned.
    """

    __slots__ = ("_places", "_thread")

    def __init__(self, thread: Thread) -> None:
        super().__init__()
        self._thread = thread
        self._places: dict[tuple[str, int, int], Counts] = {}

    def bound(self, shape: Shape) -> None:
        """As without a place."""
        super().bound(shape)
        self._here().bound(shape)

    def unbound(self, name: str) -> None:
        """As without a place."""
        super().unbound(name)
        self._here().unbound(name)

    def by_place(self) -> dict[tuple[str, int, int], dict[str, BuiltinUse]]:
        """Path, line and column of each call -> built-in -> its use there; sorted."""
        return {place: counts.by_builtin() for place, counts in sorted(self._places.items())}

    def _here(self) -> Counts:
        place = self._thread.call_position
        if place is None:
            return Counts()
        return self._places.setdefault((place.path, place.line, place.column), Counts())


def count_tags(uses: Mapping[str, BuiltinUse]) -> dict[str, str]:
    """*uses* as Tilt reports them: ``tiltfile.invoked.<fn>`` and ``tiltfile.invoked.<fn>.arg.<name>``."""
    tags = {}
    for name, use in uses.items():
        prefix = f"tiltfile.invoked.{name}"
        if use.calls:
            tags[prefix] = str(use.calls)
        for parameter, times in use.arguments.items():
            tags[f"{prefix}.arg.{parameter}"] = str(times)
    return tags
