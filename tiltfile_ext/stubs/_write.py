"""Put a stub together: classes, namespaces, values and functions, each sorted by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tiltfile_ext.starkit import Builtin, Environment, StarlarkValue, Thread
from tiltfile_ext.stubs._classes import class_stubs
from tiltfile_ext.stubs._functions import builtin_stub
from tiltfile_ext.stubs._language import LANGUAGE, VALUES
from tiltfile_ext.stubs._text import class_
from tiltfile_ext.stubs._types import Types

_HEAD = '''\
"""What a Tiltfile can call. Written by `tiltfile stubs`: write it again rather than change it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NoReturn, TypeVar

_T = TypeVar("_T")

class _FrozenDict(Mapping[str, Any]):
    """A dict that cannot be changed."""
    def __getitem__(self, key: str, /) -> Any: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...'''


def write_stubs(environment: Environment, loaded: Iterable[str] = ()) -> str:
    """The text of the stub for Tiltfiles that are loaded with *environment*.

    *loaded* are names that Tiltfiles take from others with ``load``; they are of any type.
    """
    types = Types()
    values = _values(environment, types)
    functions = {name: LANGUAGE[name] for name in LANGUAGE if name not in environment.builtins}
    functions |= {
        name: builtin_stub(builtin, types, in_class=False)
        for name, builtin in environment.builtins.items()
        if "." not in name
    }
    modules = list(_modules("", environment.builtins, values, types))
    own = [f"{name}: {type_}" for name, type_ in sorted(values.items()) if "." not in name]
    own += [f"{name}: {_module_class(name)}" for name in _children("", [*environment.builtins, *values])]
    known = {*functions, *(each.partition(":")[0] for each in own)}
    own += [f"{name}: Any" for name in {*loaded} - known]
    parts = (_HEAD, *class_stubs(types), *modules, "\n".join(sorted(own)))
    return "\n\n".join([*parts, *(text for _, text in sorted(functions.items()))]) + "\n"


def _modules(
    prefix: str, builtins: Mapping[str, Builtin], values: Mapping[str, str], types: Types
) -> Iterator[str]:
    """The classes of the namespaces below *prefix*, which is "" or ends with a dot."""
    for child in _children(prefix, [*builtins, *values]):
        inside = f"{prefix}{child}."
        yield from _modules(inside, builtins, values, types)
        yield class_(
            _module_class(inside[:-1]),
            (),
            f"The module ``{inside[:-1]}`` of Tiltfiles.",
            _members(inside, builtins, values, types),
        )


def _members(
    prefix: str, builtins: Mapping[str, Builtin], values: Mapping[str, str], types: Types
) -> Iterator[str]:
    for child in _children(prefix, [*builtins, *values]):
        yield f"{child}: {_module_class(prefix + child)}"
    for name in _directly(prefix, values):
        yield f"{name[len(prefix) :]}: {values[name]}"
    for name in _directly(prefix, builtins):
        yield builtin_stub(builtins[name], types, in_class=True)


def _children(prefix: str, names: Iterable[str]) -> list[str]:
    """The namespaces directly below *prefix*."""
    below = (name[len(prefix) :] for name in names if name.startswith(prefix))
    return sorted({name.partition(".")[0] for name in below if "." in name})


def _directly(prefix: str, names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if name.startswith(prefix) and "." not in name[len(prefix) :])


def _module_class(name: str) -> str:
    return f"_{name.replace('.', '_')}_module"


def _values(environment: Environment, types: Types) -> dict[str, str]:
    """Dotted name -> type of the values: what a load finds under the name tells."""
    thread = Thread("/Tiltfile", environ={}, log=lambda *_: None, files=_NoFiles())
    environment.start(thread)
    found = {name: _type_of(thread.values[name], types) for name in environment.values}
    return {**VALUES, **found}


def _type_of(value: object, types: Types) -> str:
    if isinstance(value, StarlarkValue):
        return types.given(type(value))
    if isinstance(value, (list, tuple)) and value and all(type(each) is str for each in value):
        return types.given(list[str] if isinstance(value, list) else tuple[str, ...])
    return types.given(type(value))


class _NoFiles:
    """The files of a load that runs none."""

    def resolve(self, _: Thread, spec: str) -> str:
        return spec

    def read(self, _: Thread, path: str) -> str:
        del path
        return ""
