"""What the text of an expression tells of its value: enough to leave most operators alone."""

from __future__ import annotations

import _ast
from collections.abc import Iterator
from typing import Any

LITERALS = (_ast.List, _ast.Tuple, _ast.Dict, _ast.ListComp, _ast.DictComp, _ast.Constant)
#: functions whose result the interpreter can iterate over
LISTS = {"range", "sorted", "enumerate", "zip", "list", "reversed"}
#: expressions that may be a set or os.environ, whose truth is not native
TESTED = (_ast.Name, _ast.Call, _ast.Attribute, _ast.Subscript)
#: so often may anything be repeated
_FEW = 1000
#: up to here ints and floats compare exactly
EXACT = 1 << 53


def is_number(node: Any) -> bool:
    """Whether *node* is a number, written out."""
    return isinstance(node, _ast.Constant) and isinstance(node.value, (int, float))


def is_few(node: Any) -> bool:
    """Whether *node* is a number, written out, by which nothing gets too long."""
    return is_number(node) and bool(node.value < _FEW)


def is_plain(node: Any) -> bool:
    """Whether *node* is surely no set, struct or object, or makes the native operator answer rightly."""
    while isinstance(node, _ast.BinOp):
        if isinstance(node.op, (_ast.Mod, _ast.Mult, _ast.Div, _ast.FloorDiv)) or is_plain(node.right):
            return True
        node = node.left
    return isinstance(node, LITERALS) and not is_bytes(node)


def is_bytes(node: Any) -> bool:
    """Whether *node* is a bytes literal."""
    return isinstance(node, _ast.Constant) and isinstance(node.value, bytes)


def is_fixed(node: Any) -> bool:
    """Whether *node* is a literal of literals."""
    if isinstance(node, (_ast.Tuple, _ast.List)):
        return all(map(is_fixed, node.elts))
    if isinstance(node, _ast.Constant):
        if is_bytes(node):
            return False
        return not is_number(node) or (isinstance(node.value, int) and node.value < EXACT)
    return isinstance(node, _ast.UnaryOp) and isinstance(node.operand, _ast.Constant)


def may_swap(value: Any, target: _ast.Subscript) -> bool:
    """Whether it does not matter that *value* is evaluated after the target: Tilt does it before."""
    if isinstance(target.slice, _ast.Slice):
        return False
    return not (has_call(value) and (has_call(target.value) or has_call(target.slice)))


def has_call(node: Any) -> bool:
    """Whether evaluating *node* calls something."""
    return any(isinstance(each, _ast.Call) for each in _inside(node))


def _inside(node: Any) -> Iterator[Any]:
    stack = [node]
    while stack:
        each = stack.pop()
        yield each
        for field in each._fields:
            value = getattr(each, field, None)
            stack += [n for n in (value if isinstance(value, list) else [value]) if isinstance(n, _ast.AST)]
