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

    def picklable(self) -> States:
        """Those that can be sent to another process: all but those that keep functions of a Tiltfile."""
        made = {kind: state for kind, state in self._made.items() if _can_be_pickled(state)}
        gone = {target_of(kind) for kind in self._made if kind not in made}
        return States(made, [each for each in self._declared if each not in gone])

    def __repr__(self) -> str:
        return f"States({self._made!r})"


def _can_be_pickled(state: object) -> bool:
    import pickle  # not for a load of this process

    try:
        pickle.dumps(state)
    except Exception:  # noqa: BLE001  # a plugin's value may raise anything
        return False
    return True
