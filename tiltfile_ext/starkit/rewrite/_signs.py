"""Operators: their signs, and the helpers of the prelude that stand for them."""

from __future__ import annotations

import _ast

BINARY: dict[type, tuple[str, str]] = {
    _ast.Mod: ("%", "mod"),
    _ast.LShift: ("<<", "shl"),
    _ast.Add: ("+", "add"),
    _ast.BitOr: ("|", "or"),
    _ast.BitAnd: ("&", "and"),
    _ast.BitXor: ("^", "xor"),
    _ast.Sub: ("-", "sub"),
    _ast.RShift: (">>", "shr"),
}
#: helped only where it may make something long, or of bytes
TIMES = ("*", "mul")
ITEM_ONLY: dict[type, tuple[str, str]] = {
    _ast.Mult: ("*", "mul"),
    _ast.Div: ("/", "div"),
    _ast.FloorDiv: ("//", "floordiv"),
}
#: the helpers that change a list or a dict in place
IN_PLACE = {"add": "iadd", "or": "ior"}
COMPARE: dict[type, tuple[str, str]] = {
    _ast.Eq: ("==", "eq"),
    _ast.NotEq: ("!=", "ne"),
    _ast.Lt: ("<", "lt"),
    _ast.LtE: ("<=", "le"),
    _ast.Gt: (">", "gt"),
    _ast.GtE: (">=", "ge"),
}
