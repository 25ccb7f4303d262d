"""Finds nodes of a syntax tree, and where Tilt says that they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tiltfile_ext.starkit.rewrite import Source


def walk(tree: Any) -> Iterator[Any]:
    """Every node that has a place."""
    stack = [tree] if tree is not None else []
    while stack:
        node = stack.pop()
        if hasattr(node, "lineno"):
            yield node
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                stack += [each for each in value if hasattr(each, "_fields")]
            elif hasattr(value, "_fields"):
                stack.append(value)


def kind(node: Any) -> str:
    """The name of the node's class."""
    return type(node).__name__


class Part:
    """A piece of the tree that has no node with a place."""

    _fields = ()

    def __init__(self, node: Any) -> None:
        self.lineno, self.col_offset = node.lineno, node.col_offset
        self.end_lineno, self.end_col_offset = node.end_lineno, node.end_col_offset


class DictEntry(Part):
    """A ``key: value`` of a dict display: Tilt's place for a key that cannot be inserted is the colon."""

    def __init__(self, key: Any) -> None:
        super().__init__(key)
        self.key = key


class Clause(Part):
    """A ``for`` of a comprehension: its place is the keyword."""

    def __init__(self, clause: Any) -> None:
        super().__init__(clause.iter)
        self.iter = clause.iter
        self.target = clause.target


_LEAVES = ("Name", "Constant", "Expr", "arguments", "arg", "FunctionDef")


_OPERATION = r"Operation `(\S+)` not supported for types `(\w+)` and `(\w+)`"
_OPERATORS = {
    "compare": ("Lt", "LtE", "Gt", "GtE"),
    "+": ("Add",),
    "-": ("Sub",),
    "*": ("Mult",),
    "/": ("Div",),
    "//": ("FloorDiv",),
}
_LITERAL_TYPES = {"str": "string", "NoneType": "NoneType", "int": "int", "float": "float", "bool": "bool"}


def _operator_of(node: Any) -> Any:
    return node.ops[0] if kind(node) == "Compare" else getattr(node, "op", None)


def _fits(node: Any, left: str, right: str) -> int:
    """How many literal operands of *node* are of the types told, less those that are not."""
    operands = (node.left, node.comparators[0] if kind(node) == "Compare" else node.right)
    score = 0
    for operand, name in zip(operands, (left, right), strict=True):
        if kind(operand) == "Constant":
            score += 1 if _LITERAL_TYPES.get(kind(operand.value)) == name else -1
    return score


class Search:
    """A stretch of text that the interpreter calls wrong, and its message: what it takes to find the node."""

    def __init__(self, source: Source, start: int, end: int, message: str) -> None:
        """Args: start, end: offsets in ``tidy``."""
        self.source = source
        self.places = source.places
        self.start = start
        self.end = end
        self.message = message

    def node(self) -> Any:
        """The node that the message is about, None if there is none."""
        node = self._nearest()
        if kind(node) in ("If", "While"):
            node = self._operation_in(node.test)
        for refine in _REFINEMENTS:
            refined = refine(self, node)
            if refined is not None:
                return refined
        return node

    def _operation_in(self, test: Any) -> Any:
        """The operation of a condition: the interpreter marks the whole statement."""
        match = re.match(_OPERATION, self.message)
        if match is None or kind(test) not in ("BoolOp", "UnaryOp"):
            return test
        operators = _OPERATORS.get(match[1], ())
        found = [each for each in walk(test) if kind(_operator_of(each)) in operators]
        return max(found, key=lambda each: _fits(each, match[2], match[3]), default=test)

    def _nearest(self) -> Any:
        """The node that starts where the text does, and ends nearest to where it does."""
        best: Any = None
        best_distance = 1e9
        for node in walk(self.source.tree):
            if self.places.start(node) == self.start:
                distance = abs(self.places.end(node) - self.end) + (0.5 if kind(node) in _LEAVES else 0)
                if distance < best_distance:
                    best, best_distance = node, distance
        return best

    def covered_by(self, first: Any, last: Any) -> bool:
        """Whether the text starts between the start of *first* and the end of *last*."""
        return bool(self.places.start(first) <= self.start < self.places.end(last))


def _called_attribute(search: Search, node: Any) -> Any:
    about_attribute = search.message.startswith(("Object of type", "Operation `."))
    return node.func if about_attribute and kind(node) == "Call" and hasattr(node.func, "attr") else None


def _unpacking(search: Search, node: Any) -> Any:
    """The statement that unpacks, or the loop that iterates."""
    about_values = search.message.startswith(("Unpacked", "Operation `(iter)", "Operation `len()"))
    if not about_values and kind(node) not in ("Tuple", "List"):
        return None
    for each in walk(search.source.tree):
        if kind(each) == "For" and search.covered_by(each.target, each.iter):
            return each
        unpacks = kind(each) == "Assign" and kind(each.targets[0]) in ("Tuple", "List")
        if unpacks and search.covered_by(each, each.targets[0]):
            return each
    return None


def _clause(search: Search, node: Any) -> Any:
    if "(iter)" not in search.message or kind(node) == "For":
        return None
    for each in walk(search.source.tree):
        for clause in getattr(each, "generators", ()):
            if search.places.start(clause.iter) == search.start:
                return Clause(clause)
    return None


def _key(search: Search, _: Any) -> Any:
    if not search.message.startswith(("Value of type", "Dictionary key")):
        return None
    for each in walk(search.source.tree):
        for key in each.keys if kind(each) == "Dict" else [each.key] if kind(each) == "DictComp" else []:
            if search.places.start(key) <= search.start + 1 and search.start <= search.places.end(key):
                return DictEntry(key)
    return None


def _assigned_name(search: Search, node: Any) -> Any:
    if "referenced before" not in search.message or (node is not None and kind(node) != "AugAssign"):
        return None
    found = (each for each in walk(search.source.tree) if kind(each) == "AugAssign")
    return next((each.target for each in found if search.covered_by(each, each)), None)


def _load(search: Search, _: Any) -> Any:
    if not search.message.startswith(("Module", "Cannot import")):
        return None
    return next((each.value for each in search.source.tree.body if search.covered_by(each, each)), None)


_REFINEMENTS = (_called_attribute, _unpacking, _clause, _key, _assigned_name, _load)


def enclosing_function(source: Source, node: Any) -> str:
    """The name of the function that *node* is in the body of."""
    if node is None:
        return "<toplevel>"
    places = source.places
    start, end = places.start(node), places.end(node)
    best, size = "<toplevel>", 1 << 60
    for each in walk(source.tree):
        if kind(each) == "FunctionDef":
            first, name = places.start(each.body[0]), each.name
        elif kind(each) == "Lambda":
            first, name = places.start(each.body), "lambda"
        else:
            continue
        last = places.end(each)
        if first <= start and end <= last and last - first < size:
            best, size = name, last - first
    return best


def position_offset(source: Source, node: Any) -> int:
    """Where Tilt says that the operation *node* is: at its bracket, operator or dot."""
    place = _PLACES.get(kind(node))
    return place(source, node) if place else source.places.start(node)


def _call_place(source: Source, node: Any) -> int:
    if kind(node.func) == "Name" and node.func.id == "load":
        return source.places.start(node)
    return source.places.find("(", source.places.end(node.func), source.places.end(node))


def _subscript_place(source: Source, node: Any) -> int:
    """The bracket; but a slice leaves the place to what was evaluated in it."""
    places = source.places
    if kind(node.slice) == "Slice":
        parts = (node.value, node.slice.lower, node.slice.upper, node.slice.step)
        found = [at for at in (_last_place(source, each) for each in parts) if at is not None]
        if found:
            return found[-1]
    return places.find("[", places.end(node.value), places.end(node))


def _last_place(source: Source, node: Any) -> int | None:
    """The place that evaluating *node* leaves behind; None if it is made of constants."""
    if kind(node) in ("List", "Tuple"):
        found = [at for at in (_last_place(source, each) for each in node.elts) if at is not None]
        return found[-1] if found else None
    if node is None or kind(node) in ("Constant", "Dict"):
        return None
    return position_offset(source, node)


def _assign_place(source: Source, node: Any) -> int:
    target = node.targets[0]
    if kind(target) in ("Subscript", "Attribute"):
        return position_offset(source, target)
    return source.places.find("=", source.places.end(target), source.places.end(node))


def _augmented_place(source: Source, node: Any) -> int:
    tokens = source.places.tokens(source.places.end(node.target), source.places.end(node))
    return next(at for at, char in tokens if char != ")")


def _between(source: Source, left: Any, right: Any) -> int:
    tokens = source.places.tokens(source.places.end(left), source.places.start(right))
    return next((at for at, char in tokens if char not in "()"), source.places.start(left))


def _attribute_place(source: Source, node: Any) -> int:
    return source.places.find(".", source.places.end(node.value), source.places.end(node))


_PLACES: dict[str, Callable[[Source, Any], int]] = {
    "Assign": _assign_place,
    "Attribute": _attribute_place,
    "AugAssign": _augmented_place,
    "BinOp": lambda source, node: _between(source, node.left, node.right),
    "Call": _call_place,
    "Clause": lambda source, node: source.tidy.rfind("for", 0, source.places.start(node.target)),
    "Compare": lambda source, node: _between(source, node.left, node.comparators[0]),
    "DictEntry": lambda source, node: source.places.find(":", source.places.end(node.key), len(source.tidy)),
    "Subscript": _subscript_place,
}
