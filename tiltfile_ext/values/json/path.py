"""JSONPath as kubectl has it: ``{.spec.template.spec.containers[*].image}``.

A path is a template: text, and actions in braces. Facts: k8s.io/client-go/util/jsonpath, as Tilt 0.37.6
uses it. Parsing is in `json_path_parser`; this is what a parsed path finds in plain data.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tiltfile_ext.values.json.path_parser import (
    Field,
    Filter,
    Identifier,
    JSONPathError,
    Literal,
    Node,
    Recursive,
    Slice,
    Union,
    Wildcard,
    parse_nodes,
)


class JSONPath:
    """A parsed path.

    Raises:
        JSONPathError: the text is no path.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._nodes = _parsed(text)

    def find(self, value: Any) -> Iterator[Any]:
        """What the path finds in *value*, in order.

        Raises:
            JSONPathError: something is not there, or not of the kind that the path needs.
        """
        yield from _Walk(self._nodes).results(value)


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[Node, ...]:
    return tuple(parse_nodes(text))


class _Walk:
    """One search; ranges keep their place here."""

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self._root = nodes
        self._stack: list[list[Any]] = []
        self._begin = self._inside = self._end = 0
        self._current: list[Any] = []

    def results(self, value: Any) -> list[Any]:
        """What the remaining nodes find in *value*."""
        self._current = [value]
        nodes, found = self._root, []
        for index, node in enumerate(nodes):
            results = self._step(self._current, node)
            if 0 < self._end <= self._inside:
                self._end -= 1
                break
            if self._begin > 0:
                self._begin -= 1
                self._inside += 1
                for place, element in enumerate(results):
                    self._root = nodes[index + 1 :]
                    self._inside -= place == len(results) - 1
                    found += self.results(element)
                break
            found += results
        return found

    def _step(self, values: list[Any], node: Node) -> list[Any]:
        match node:
            case list():
                for part in node:
                    values = self._step(values, part)
                return values
            case Identifier(name):
                return self._identifier(values, name)
            case Union(branches):
                return [found for branch in branches for found in self._step(values, branch)]
            case Filter():
                return list(self._filtered(values, node))
            case Literal(value, is_text):
                return [value] if is_text else [value] * len(values)
        return _simple_step(values, node)

    def _identifier(self, values: list[Any], name: str) -> list[Any]:
        if name == "range":
            self._stack.append(self._current)
            self._begin += 1
            return values
        if name != "end":
            raise JSONPathError(f"unrecognized identifier {name}")
        if self._end < self._inside:
            self._end += 1
        elif self._stack:
            self._current = self._stack.pop()
        else:
            raise JSONPathError("not in range, nothing to end")
        return []

    def _filtered(self, values: list[Any], node: Filter) -> Iterator[Any]:
        for value in values:
            if not isinstance(value, (list, dict)):
                raise JSONPathError(f"{_shown(value)} is not array, slice or map and cannot be filtered")
            for element in value.values() if isinstance(value, dict) else value:
                if self._passes(element, node):
                    yield element

    def _passes(self, element: Any, node: Filter) -> bool:
        try:
            lefts = self._step([element], node.left)
        except JSONPathError:
            if node.operator == "exists":
                return False
            raise
        if node.operator == "exists":
            return bool(lefts)
        rights = self._step([element], node.right) if len(lefts) == 1 else lefts
        if not (lefts and rights):
            return False
        if len(lefts) > 1 or len(rights) > 1:
            raise JSONPathError("can only compare one element at a time")
        return _compare(lefts[0], rights[0], node.operator)


def _compare(left: Any, right: Any, operator: str) -> bool:
    ordered = _order(left, right)
    match operator:
        case "<":
            return ordered < 0
        case ">":
            return ordered > 0
        case "==":
            return ordered == 0
        case "!=":
            return ordered != 0
        case "<=":
            return ordered <= 0
        case ">=":
            return ordered >= 0
    raise JSONPathError(f"unrecognized filter operator {operator}")


def _order(left: Any, right: Any) -> int:
    kinds = {_kind(left), _kind(right)}
    if len(kinds) > 1:
        raise JSONPathError("incompatible types for comparison")
    if "" in kinds:
        raise JSONPathError("invalid type for comparison")
    return int(left > right) - int(left < right)


def _kind(value: Any) -> str:
    return {bool: "bool", int: "int", float: "float", str: "string"}.get(type(value), "")


def _simple_step(values: list[Any], node: Node) -> list[Any]:
    match node:
        case Field(name):
            found = [value[name] for value in values if isinstance(value, dict) and name in value]
            if values and not found:
                raise JSONPathError(f"{name} is not found")
            return found
        case Wildcard():
            return [part for value in values for part in _parts(value)]
        case Recursive():
            return list(_descend(values))
        case Slice():
            return [part for value in values if value is not None for part in _sliced(value, node)]
    raise JSONPathError(f"unexpected Node {node}")


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, (list, str)) else []


def _descend(values: list[Any]) -> Iterator[Any]:
    for value in values:
        parts = _parts(value) if not isinstance(value, str) else []
        if parts:
            yield value
            yield from _descend(parts)


def _sliced(value: Any, node: Slice) -> list[Any]:
    if not isinstance(value, list):
        raise JSONPathError(f"{_go_type(value)} is not array or slice")
    length = len(value)
    start = node.start if node.start is not None else 0
    start += length if start < 0 else 0
    end = length if node.end is None else node.end
    if end < 0 or (end == 0 and node.single):
        end += length
    if start == end:
        return []
    if not 0 <= start < length:
        raise JSONPathError(f"array index out of bounds: index {start}, length {length}")
    if not 0 <= end <= length:
        raise JSONPathError(f"array index out of bounds: index {end - 1}, length {length}")
    if start > end:
        raise JSONPathError(f"starting index {start} is greater than ending index {end}")
    if node.step is not None and node.step <= 0:
        raise JSONPathError("step must be > 0")
    return value[start : end : node.step or 1]


_GO_TYPES = {str: "string", bool: "bool", int: "int64", float: "float64", dict: "map[string]interface {}"}


def _go_type(value: Any) -> str:
    return _GO_TYPES.get(type(value), "[]interface {}")


def go_value(value: Any) -> str:
    """*value* as Go's ``%s`` shows plain data."""
    match value:
        case str():
            return value
        case dict():
            return f"map[{' '.join(f'{key}:{_inner_value(value[key])}' for key in sorted(value))}]"
        case list():
            return f"[{' '.join(map(_inner_value, value))}]"
        case None:
            return "%!s(<nil>)"
        case bool():
            return f"%!s(bool={str(value).lower()})"
    return f"%!s({_go_type(value)}={_shown(value)})"


def _inner_value(value: Any) -> str:
    return "<nil>" if value is None else go_value(value)


def go_type(value: Any) -> str:
    """The Go type of plain data: "map[string]interface {}"."""
    named = getattr(value, "go", None)
    return named or ("<nil>" if value is None else _go_type(value))


def _shown(value: Any) -> str:
    match value:
        case None:
            return "<nil>"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
    return str(value)
