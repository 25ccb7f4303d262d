"""Rules for operators, comparisons and items."""

from __future__ import annotations

import _ast
from typing import Any

from tiltfile_ext.starkit.rewrite._expressions import LONGEST_CHAIN, Expressions
from tiltfile_ext.starkit.rewrite._guesses import is_few, is_fixed, is_number, is_plain
from tiltfile_ext.starkit.rewrite._signs import BINARY, COMPARE, TIMES

#: additions in one chain that may be of structs; more of them are of text
_LONGEST_HELPED = 40


class Operators(Expressions):
    """Operators that the interpreter lacks, or has otherwise, become calls of helpers."""

    def binary(self, node: _ast.BinOp) -> None:
        """Visit a chain of operators from the outside in, without recursion on the left."""
        closing: list[tuple[_ast.BinOp, str]] = []
        current: Any = node
        while isinstance(current, _ast.BinOp):
            sign, name = self.helped(current.op)
            if (
                name
                and self._needs_helper(current, name)
                and (name != "add" or len(closing) < _LONGEST_HELPED)
            ):
                at = self.operator(current.left, current.right, sign[0])
                self.edits.replace(at, at + len(sign), ", ")
                self.site(current, f"tilt_{name}(")
                closing.append((current, ")"))
            else:
                closing.append((current, ""))
            current = current.left
            if len(closing) > LONGEST_CHAIN:
                raise RecursionError
        self.expression(current)
        for each, text in reversed(closing):
            self.expression(each.right)
            if text:
                self.close(each, text)

    def helped(self, operator: _ast.operator) -> tuple[str, str]:
        """The sign of *operator* and the helper for it; ("", "") if it needs none."""
        return TIMES if isinstance(operator, _ast.Mult) else BINARY.get(operator.__class__, ("", ""))

    def _needs_helper(self, node: _ast.BinOp, name: str) -> bool:
        if name in ("shl", "shr"):
            return True
        if name == "mul":
            return self._bytes_used or not (is_few(node.left) or is_few(node.right))
        if name == "mod":
            return not is_number(node.left)
        return not (is_plain(node.left) or is_plain(node.right))

    def compare(self, node: _ast.Compare) -> None:
        left, right = node.left, node.comparators[0]
        if len(node.ops) == 1:
            op = node.ops[0].__class__
            if op is _ast.In or op is _ast.NotIn:
                if not is_fixed(right):
                    self._membership(node, left, right, op is _ast.In)
                    return
            elif op in COMPARE and not (is_fixed(left) or is_fixed(right)):
                sign, name = COMPARE[op]
                at = self.operator(left, right, sign[0])
                self._pair(node, f"tilt_{name}(", at, at + len(sign), left, right)
                return
        self.expression(left)
        self.each(node.comparators)

    def _membership(self, node: _ast.Compare, left: Any, right: Any, positive: bool) -> None:
        start, stop = self.places.end(left), self.places.start(right)
        word = next(at for at, char in self.places.tokens(start, stop) if char not in "()")
        end = word + 2 if positive else self._text.index("in", word + 3) + 2
        self._pair(node, "tilt_in(" if positive else "tilt_not_in(", word, end, left, right)

    def _pair(self, node: Any, function: str, at: int, end: int, left: Any, right: Any) -> None:
        self.edits.replace(at, end, ", ")
        self.site(node, function)
        self.expression(left)
        self.expression(right)
        self.close(node, ")")

    def subscript(self, node: _ast.Subscript) -> None:
        index = node.slice
        if isinstance(index, _ast.Slice):
            self._slice(node, index)
            return
        self.site(node, "tilt_getitem(")
        self.expression(node.value)
        self._item_comma(node)
        self.close(node, ")")

    def _slice(self, node: _ast.Subscript, part: _ast.Slice) -> None:
        """``x[a:b]`` to ``tilt_slice(x, a, b)``: of text, bytes count."""
        places, edits, stop = self.places, self.edits, self.places.end(node)
        self.site(node, "tilt_slice(")
        self.expression(node.value)
        at = places.find("[", places.end(node.value), stop)
        for value in (part.lower, part.upper, part.step):
            edits.replace(at, at + 1, ", None" if value is None else ", ")
            if value is not None:
                self.expression(value)
                at = places.end(value) - 1
            at = places.find(":", at + 1, stop)
            if at == stop:
                break
        edits.replace(stop - 1, stop, "")
        self.close(node, ")")

    def _item_comma(self, target: _ast.Subscript) -> None:
        """``x[k]`` to ``x, k``."""
        places, edits = self.places, self.edits
        pair = isinstance(target.slice, _ast.Tuple)
        bracket = places.find("[", places.end(target.value), places.end(target))
        end = places.end(target)
        edits.replace(bracket, bracket + 1, ", (" if pair else ", ")
        self.expression(target.slice)
        edits.replace(end - 1, end, ")" if pair else "")
