"""Annotations as text of a stub. Classes that they mention are remembered, to be written as well."""

from __future__ import annotations

import collections.abc
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin

from tiltfile_ext.starkit import FrozenDict, Function, StarlarkSet, StarlarkValue, Struct, Unpack
from tiltfile_ext.starkit._types import Environ, ModuleValue, Record

#: classes that are a type of the language, or have no members of their own
_KNOWN: dict[object, str] = {
    Function: "Callable[..., Any]",
    StarlarkSet: "set[Any]",
    FrozenDict: "Mapping[str, Any]",
    Environ: "Mapping[str, str]",
    Struct: "Any",
    ModuleValue: "Any",
    StarlarkValue: "Any",
    Record: "Any",
    list: "list[Any]",
    dict: "dict[Any, Any]",
    tuple: "tuple[Any, ...]",
    set: "set[Any]",
    NoneType: "None",
    None: "None",
    NoReturn: "NoReturn",
    Ellipsis: "...",
}
_PLAIN = (str, bool, int, float, bytes, range)
_GENERIC = {
    list: "list",
    dict: "dict",
    tuple: "tuple",
    set: "set",
    **{getattr(collections.abc, name): name for name in ("Iterable", "Iterator", "Mapping", "Sequence")},
}


class Types:
    """Spells annotations.

    Attributes:
        classes: class -> its name in the stub, of all that were mentioned.
    """

    def __init__(self) -> None:
        self.classes: dict[type, str] = {}

    def taken(self, hint: object) -> str:
        """What may be passed for a parameter annotated *hint*; "Any" where the annotation does not say."""
        return self._spell(hint, self._accepted)

    def given(self, hint: object) -> str:
        """What an attribute or a result annotated *hint* is."""
        return self._spell(hint, lambda annotated: self.given(get_args(annotated)[0]))

    def name_of(self, kind: type) -> str:
        """The name of a class in the stub; two classes never share one."""
        if kind not in self.classes:
            taken = set(self.classes.values())
            names = (f"_{kind.__name__}{number}" for number in ("", *range(2, len(taken) + 3)))
            self.classes[kind] = next(name for name in names if name not in taken)
        return self.classes[kind]

    def _accepted(self, annotated: object) -> str:
        marks = (mark for mark in annotated.__metadata__ if isinstance(mark, Unpack))  # type: ignore[attr-defined]
        return self.taken(next((mark.takes for mark in marks), get_args(annotated)[0]))

    def _spell(self, hint: object, read: Callable[[object], str]) -> str:
        if hasattr(hint, "__metadata__"):
            return read(hint)
        if isinstance(hint, type) and not get_args(hint):
            return self._class(hint)
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Literal:
            return f"Literal[{', '.join(map(_literal, arguments))}]"
        if origin is collections.abc.Callable:
            return self._callable(*arguments)
        return self._composed(hint, [self._spell(each, read) for each in arguments])

    def _composed(self, hint: object, parts: list[str]) -> str:
        origin = get_origin(hint)
        if origin in (Union, UnionType):
            return _union(parts)
        return f"{_GENERIC[origin]}[{', '.join(parts)}]" if origin in _GENERIC else _KNOWN.get(hint, "Any")

    def _class(self, kind: type) -> str:
        if kind in _KNOWN:
            return _KNOWN[kind]
        if kind in _PLAIN:
            return kind.__name__
        return self.name_of(kind) if issubclass(kind, StarlarkValue) else "Any"

    def _callable(self, parameters: Any, result: object) -> str:
        taken = "..." if parameters is ... else f"[{', '.join(map(self.given, parameters))}]"
        return f"Callable[{taken}, {self.given(result)}]"


def _union(parts: list[str]) -> str:
    """The parts, each once; None is often in one of them already."""
    has_none = any(part.endswith(" | None") for part in parts)
    return " | ".join(part for part in dict.fromkeys(parts) if not (has_none and part == "None"))


def _literal(value: object) -> str:
    return (
        f'"{value}"' if isinstance(value, str) and value.isprintable() and '"' not in value else repr(value)
    )
