"""The states of a load, by their classes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tiltfile_ext.starkit._targets import imported, target_of


class States(Mapping[type, Any]):
    """What the plugins of a load collected; a state that no built-in touched is made when it is asked for.

    Args:
        made: the states that there are.
        declared: names of the classes of states that there could be, "package.module:Class".
    """

    def __init__(self, made: Mapping[type, Any], declared: Collection[str] = ()) -> None:
        self._made = dict(made)
        self._declared = declared

    def __getitem__(self, kind: type) -> Any:
        if kind not in self._made:
            if target_of(kind) not in self._declared:
                raise KeyError(kind)
            self._made[kind] = kind()
        return self._made[kind]

    def __iter__(self) -> Iterator[type]:
        for target in self._declared:
            self[imported(target)]
        return iter(self._made)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"States({self._made!r})"
