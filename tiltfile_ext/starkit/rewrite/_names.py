"""Which names a file binds, and where."""

from __future__ import annotations

import _ast
from collections.abc import Iterable, Iterator
from typing import Any


class Bindings:
    """The names that the top level of a file binds, and those that may hold functions.

    Attributes:
        globals: the names bound by assignment, ``for`` or ``def``, in order, and whether the end of the
            file is reached only with the name bound.
        functions: every name that is a parameter, a ``def``, loaded, or assigned a lambda, anywhere.
        loaded: the names bound by ``load``.
    """

    def __init__(self, tree: _ast.Module) -> None:
        self.globals: dict[str, bool] = {}
        self.functions: set[str] = set()
        self.loaded: set[str] = set()
        for statement in statements(tree.body):
            self._bind(statement)
        for statement in tree.body:
            if isinstance(statement, _ast.Assign):
                self.globals.update(dict.fromkeys(targets(statement.targets), True))
            elif isinstance(statement, _ast.FunctionDef):
                self.globals[statement.name] = True
        for statement in statements(tree.body, inner=True):
            if isinstance(statement, _ast.FunctionDef):
                self.functions.add(statement.name)
                self.functions.update(parameter_names(statement.args))
            elif isinstance(statement, _ast.Assign) and isinstance(statement.value, _ast.Lambda):
                self.functions.update(targets(statement.targets))

    def _bind(self, statement: Any) -> None:
        match statement:
            case _ast.Assign():
                self._bind_global(targets(statement.targets))
            case _ast.AugAssign() | _ast.For():
                self._bind_global(targets([statement.target]))
            case _ast.FunctionDef():
                self._bind_global([statement.name])
            case _ast.Expr(value=_ast.Call() as call) if is_load(call):
                loaded = list(load_names(call))
                self.loaded.update(loaded)
                self.functions.update(loaded)

    def _bind_global(self, names: Iterable[str]) -> None:
        for name in names:
            self.globals.setdefault(name, False)


def statements(body: Iterable[Any], *, inner: bool = False) -> Iterator[Any]:
    """The statements of *body* and of the blocks in it; those of functions only if *inner*."""
    stack = list(body)[::-1]
    while stack:
        statement = stack.pop()
        yield statement
        if isinstance(statement, (_ast.If, _ast.For, _ast.While)):
            stack += statement.orelse[::-1] + statement.body[::-1]
        elif inner and isinstance(statement, _ast.FunctionDef):
            stack += statement.body[::-1]


def targets(nodes: Iterable[Any]) -> Iterator[str]:
    """The names that an assignment to *nodes* binds."""
    for node in nodes:
        if isinstance(node, _ast.Name):
            yield node.id
        elif isinstance(node, (_ast.Tuple, _ast.List)):
            yield from targets(node.elts)


def bound_names(function: Any) -> set[str]:
    """The names that are local to *function*, a ``def`` or ``lambda``."""
    names = set(parameter_names(function.args))
    for statement in statements(function.body) if isinstance(function.body, list) else ():
        if isinstance(statement, _ast.Assign):
            names.update(targets(statement.targets))
        elif isinstance(statement, (_ast.AugAssign, _ast.For)):
            names.update(targets([statement.target]))
        elif isinstance(statement, _ast.FunctionDef):
            names.add(statement.name)
    return names


def parameter_names(arguments: _ast.arguments) -> Iterator[str]:
    """The names of all parameters."""
    for parameter in (*arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if parameter is not None:
            yield parameter.arg


def is_load(node: Any) -> bool:
    """Whether *node* is what a load statement looks like to Python."""
    return isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name) and node.func.id == "load"


def load_names(node: _ast.Call) -> Iterator[str]:
    """The names that a load statement binds. Its ``a="b"`` may read ``a, "b"`` (see `python_spelling`)."""
    arguments = iter(node.args[1:])
    for argument in arguments:
        if isinstance(argument, _ast.Name):
            yield argument.id
            next(arguments, None)
        elif isinstance(argument, _ast.Constant) and isinstance(argument.value, str):
            yield argument.value
    for keyword in node.keywords:
        if keyword.arg:
            yield keyword.arg


def dotted(node: Any) -> str:
    """``os.path.join`` for the node that says so, "" for any other."""
    parts = []
    while isinstance(node, _ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, _ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])
