"""Whether every load that runs to its end calls a built-in, or only some, judged by the code.

Where the code does not tell, the answer is yes: a rule that is wrong is worse than one that is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tiltfile_ext.check._code import Code, LoadedCode, constant
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit._nodes import kind
from tiltfile_ext.starkit.rewrite import dotted, is_load

#: the fields of a node that are evaluated whenever it is, where not all of them are
_SURE_FIELDS = {
    "If": ("test",),
    "While": ("test",),
    "IfExp": ("test",),
    "For": ("iter",),
    "FunctionDef": (),
    "Lambda": (),
    "ListComp": (),
    "DictComp": (),
}
_LOADERS = ("include", "load_dynamic")


def is_always_called(result: LoadResult, code: LoadedCode, name: str) -> bool:
    """Whether each load of this Tiltfile calls the built-in *name*, which some file of it does call."""
    return _Reach(result, code, name).file(result.path)


class _Reach:
    """One question about one load."""

    def __init__(self, result: LoadResult, code: LoadedCode, name: str) -> None:
        self._files = code.files
        self._known: dict[object, bool] = {}
        self._mentions = {id(node) for each in code.files.values() for node in each.mentions(name)}
        self._specs = _inverted(result.origins.items())
        self._functions = _functions(code)

    def file(self, path: str) -> bool:
        """Whether the file at *path* calls the built-in whenever it runs to its end."""
        code = self._files.get(path)
        if code is None:
            return False
        return code.tree is None or self._once(path, lambda: self._any(code, code.tree.body))

    def _once(self, key: object, question: Callable[[], bool]) -> bool:
        """The answer, found once; no while it is being looked for, as in a recursive function."""
        if key not in self._known:
            self._known[key] = False
            self._known[key] = question()
        return self._known[key]

    def _any(self, code: Code, nodes: Iterable[Any]) -> bool:
        return any(self._sure(code, node) for node in nodes)

    def _sure(self, code: Code, node: Any) -> bool:
        """Whether evaluating *node* calls the built-in; a function that is named counts as called."""
        if is_load(node):
            return self._loads(node)
        match kind(node):
            case "Name":
                found = id(node) in self._mentions or self._calls(code, node.id)
            case "Attribute":
                found = id(node) in self._mentions or self._calls(code, node.attr)
            case "Constant":  # as in ``load_dynamic("x")["function"]()``
                found = isinstance(node.value, str) and self._calls(code, node.value)
            case "Call":
                found = dotted(node.func) in _LOADERS and self._loads(node)
            case "If" | "IfExp":
                found = all(self._any(code, _listed(branch)) for branch in (node.body, node.orelse))
            case _:
                found = False
        return found or self._any(code, _evaluated(node))

    def _calls(self, code: Code, name: str) -> bool:
        """Whether a function that *name* may mean in the file *code* calls the built-in."""
        for meant in (name, *code.loaded_as(name)):
            for home, function in self._functions.get(meant, ()):
                if self._once(id(function), lambda: self._any(home, function.body)):  # noqa: B023
                    return True
        return False

    def _loads(self, call: Any) -> bool:
        spec = constant(call.args[0]) if call.args else None
        return any(self.file(path) for path in self._specs.get(spec, ()))


def _functions(code: LoadedCode) -> dict[str, list[tuple[Code, Any]]]:
    """Name -> the functions so called, with their files."""
    return _inverted(
        ((each, function), function.name)
        for each in code.files.values()
        for function in each.functions
        if kind(function) == "FunctionDef"
    )


def _inverted(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    made: dict[Any, list[Any]] = {}
    for value, key in pairs:
        made.setdefault(key, []).append(value)
    return made


def _listed(nodes: Any) -> list[Any]:
    return nodes if isinstance(nodes, list) else [nodes]


def _evaluated(node: Any) -> Iterator[Any]:
    """The nodes below *node* that are evaluated whenever it is."""
    if kind(node) == "BoolOp":
        yield node.values[0]
        return
    for field in _SURE_FIELDS.get(kind(node), node._fields):
        yield from (each for each in _listed(getattr(node, field, None)) if hasattr(each, "_fields"))
