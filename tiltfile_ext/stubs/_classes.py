"""Values of Tiltfiles as classes of a stub."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import get_annotations
from types import SimpleNamespace
from typing import Any, get_type_hints

from tiltfile_ext.starkit import FrozenDict, StarlarkValue
from tiltfile_ext.starkit._signature import annotations_of
from tiltfile_ext.starkit._types import Record
from tiltfile_ext.stubs._functions import method_stub
from tiltfile_ext.stubs._text import class_, function
from tiltfile_ext.stubs._types import Types


def class_stubs(types: Types) -> list[str]:
    """The text of every class that *types* was asked for, and of those that these mention, by name."""
    written: dict[str, str] = {}
    while len(written) < len(types.classes):
        for kind, name in list(types.classes.items()):
            if name not in written:
                written[name] = _class_stub(kind, name, types)
    return [text for _, text in sorted(written.items())]


def _class_stub(kind: type, name: str, types: Types) -> str:
    return class_(name, _bases(kind, types), kind.__doc__ or "", _members(kind, types))


def _bases(kind: type, types: Types) -> Iterator[str]:
    for base in kind.__bases__:
        if issubclass(base, FrozenDict):
            yield "_FrozenDict"
        elif issubclass(base, StarlarkValue) and base not in (StarlarkValue, Record):
            yield types.name_of(base)


def _members(kind: type[StarlarkValue], types: Types) -> Iterator[str]:
    for name in sorted(vars(kind).get("starlark_attributes", ())):
        yield _attribute(kind, name, types)
    for name in sorted(vars(kind).get("starlark_methods", ())):
        yield method_stub(name, kind.starlark_declarations.get(name, getattr(kind, name)), types)


def _attribute(kind: type, name: str, types: Types) -> str:
    """A property: a Tiltfile can read it, and not set it."""
    made = getattr(kind, name, None)
    doc = (made.__doc__ or "") if isinstance(made, property) else ""
    return function(name, ["self"], types.given(_hint(kind, name)), doc, ["property"])


def _hint(kind: type, name: str) -> object:
    """The annotation of an attribute; Any where there is none, or one for type checkers only."""
    made = getattr(kind, name, None)
    try:
        if isinstance(made, property) and made.fget:
            return annotations_of(made.fget).get("return", Any)
        for base in kind.__mro__:
            found = get_annotations(base).get(name)
            if found is not None:
                held = SimpleNamespace(__annotations__={name: found})
                names = vars(sys.modules[base.__module__])
                return get_type_hints(held, globalns=names, include_extras=True)[name]
    except NameError:
        pass
    return Any
