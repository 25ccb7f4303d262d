"""Finds nodes of a syntax tree, and where Tilt says that they are."""

from __future__ import annotations

from collections.abc import Iterator
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


def node_at(source: Source, start: int, end: int, message: str) -> Any:
    """The node that the interpreter means by the text from *start* to *end* (offsets in ``tidy``)."""
    if source.rewriter is None:
        return None
    places = source.rewriter.places
    best: Any = None
    best_distance = 1e9
    for node in walk(source.tree):
        if places.start(node) == start:
            distance = abs(places.end(node) - end) + (0.5 if kind(node) in _LEAVES else 0)
            if distance < best_distance:
                best, best_distance = node, distance
    return _refined(source, best, start, message)


def _refined(source: Source, node: Any, start: int, message: str) -> Any:
    """The node inside (or around) *node* that the message is about."""
    assert source.rewriter is not None
    places = source.rewriter.places
    while kind(node) in ("If", "While"):
        node = node.test
    if message.startswith(("Object of type", "Operation `.")) and kind(node) == "Call" and hasattr(node.func, "attr"):
        return node.func
    if message.startswith(("Unpacked", "Operation `(iter)", "Operation `len()")) or kind(node) in ("Tuple", "List"):
        for each in walk(source.tree):
            if kind(each) == "For" and places.start(each.target) <= start < places.end(each.iter):
                return each
            if kind(each) == "Assign" and kind(each.targets[0]) in ("Tuple", "List"):
                if places.start(each) <= start < places.start(each.value):
                    return each
    clause = _clause_at(source, start) if "(iter)" in message and kind(node) != "For" else None
    if clause is not None:
        return clause
    if message.startswith(("Value of type", "Dictionary key")):
        for each in walk(source.tree):
            if kind(each) == "DictComp" and places.start(each.key) <= start + 1 and start <= places.end(each.key):
                return DictEntry(each.key)
            if kind(each) == "Dict":
                for key in each.keys:
                    if places.start(key) <= start + 1 and start <= places.end(key):
                        return DictEntry(key)
    if kind(node) == "AugAssign" and "referenced before assignment" in message:
        return node.target
    if message.startswith(("Module", "Cannot import")):
        for each in source.tree.body:
            if places.start(each) <= start < places.end(each):
                return getattr(each, "value", node)
    return node


def _clause_at(source: Source, start: int) -> Any:
    """The clause of a comprehension whose values start at *start*."""
    assert source.rewriter is not None
    places = source.rewriter.places
    for each in walk(source.tree):
        for clause in getattr(each, "generators", ()):
            if places.start(clause.iter) == start:
                return Clause(clause)
    return None


def enclosing_function(source: Source, node: Any) -> str:
    """The name of the function that *node* is in the body of."""
    if node is None or source.rewriter is None:
        return "<toplevel>"
    places = source.rewriter.places
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
    assert source.rewriter is not None
    places = source.rewriter.places
    if kind(node) == "Clause":
        return source.tidy.rfind("for", 0, places.start(node.target))
    start, end = places.start(node), places.end(node)
    match kind(node):
        case "DictEntry":
            return places.find(":", places.end(node.key), len(source.tidy))
        case "Call":
            if kind(node.func) == "Name" and node.func.id == "load":
                return start
            return places.find("(", places.end(node.func), end)
        case "BinOp":
            return _operator(source, node.left, node.right)
        case "Compare":
            return _operator(source, node.left, node.comparators[0])
        case "Subscript" if kind(node.slice) == "Slice":
            parts = (node.value, node.slice.lower, node.slice.upper, node.slice.step)
            found = [at for at in (_last_place(source, each) for each in parts) if at is not None]
            return found[-1] if found else places.find("[", places.end(node.value), end)
        case "Subscript":
            return places.find("[", places.end(node.value), end)
        case "Attribute":
            return places.find(".", places.end(node.value), end)
        case "Assign":
            target = node.targets[0]
            if kind(target) in ("Subscript", "Attribute"):
                return position_offset(source, target)
            return places.find("=", places.end(target), end)
        case "AugAssign":
            return next((at for at, char in places.tokens(places.end(node.target), end) if char != ")"), start)
    return start


def _last_place(source: Source, node: Any) -> int | None:
    """The place that evaluating *node* leaves behind; None if it is made of constants."""
    if kind(node) in ("List", "Tuple"):
        found = [at for at in (_last_place(source, each) for each in node.elts) if at is not None]
        return found[-1] if found else None
    if node is None or kind(node) in ("Constant", "Dict"):
        return None
    return position_offset(source, node)


def _operator(source: Source, left: Any, right: Any) -> int:
    assert source.rewriter is not None
    places = source.rewriter.places
    start, stop = places.end(left), places.start(right)
    return next((at for at, char in places.tokens(start, stop) if char not in "()"), start)
