"""Rules for names, literals, displays, functions and attributes."""

from __future__ import annotations

import _ast
from typing import Any

from tiltfile_ext.starkit._odd_names import ascii_name
from tiltfile_ext.starkit._prelude import METHOD_NAMES
from tiltfile_ext.starkit.rewrite._guesses import LISTS, LITERALS, TESTED
from tiltfile_ext.starkit.rewrite._walker import Walker

#: operators in one chain: more would overflow the interpreter's stack
LONGEST_CHAIN = 2500


class Expressions(Walker):
    """Expressions without operators and calls."""

    def name(self, node: _ast.Name) -> None:
        if self._late and node.id in self._late and not self._inner:
            self.suspicious = True
        self._rename(node, node.id)

    def constant(self, node: _ast.Constant) -> None:
        """A raw string keeps a backslash before its quote; the interpreter would drop it."""
        value = node.value
        if isinstance(value, bytes):
            self._bytes(node, value)
            return
        if value == 0 and isinstance(value, int):
            self._zero(node)
            return
        if not isinstance(value, str) or "\\" not in value or not ("'" in value or '"' in value):
            return
        start, end = self.places.start(node), self.places.end(node)
        text = self._text[start:end]
        if text[0] in "rR" and ("\\'" in text or '\\"' in text) and "\n" not in text:
            plain = value.replace("\\", "\\\\").replace('"', '\\"')
            self.edits.replace(start, end, f'"{plain}"')

    def _zero(self, node: _ast.Constant) -> None:
        """``00`` to ``0``."""
        start, end = self.places.start(node), self.places.end(node)
        if end - start > 1 and not self._text[start:end].strip("0"):
            self.edits.replace(start, end, "0")

    def _bytes(self, node: _ast.Constant, value: bytes) -> None:
        """``b"…"`` to ``tilt_bytes("…")``, a character for each byte."""
        start, end = self.places.start(node), self.places.end(node)
        escaped = "".join(f"\\u{byte:04x}" for byte in value)
        lines = "\n" * self._text.count("\n", start, end)
        self.edits.replace(start, end, f'tilt_bytes("{escaped}"{lines})')

    def display(self, node: Any) -> None:
        self.each(node.elts)

    def dict_(self, node: _ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                self.expression(key)
            self.expression(value)

    def starred(self, node: _ast.Starred) -> None:
        self.iterated(node.value)

    def slice(self, node: _ast.Slice) -> None:
        self.each([node.lower, node.upper, node.step])

    def unary(self, node: _ast.UnaryOp) -> None:
        if isinstance(node.op, _ast.Not):
            self.test(node.operand)
        else:
            self.expression(node.operand)

    def bool_op(self, node: _ast.BoolOp) -> None:
        if len(node.values) > LONGEST_CHAIN:
            raise RecursionError
        if self._tables and isinstance(node.op, _ast.And) and isinstance(node.values[0], TESTED):
            self._when(node)
            return
        tested = (*TESTED, _ast.BoolOp) if self._tables else TESTED
        for value in node.values[:-1]:
            if isinstance(node.op, _ast.Or) and isinstance(value, tested):
                self.wrap(value, "tilt_or_else")
            else:
                self.expression(value)
        self.expression(node.values[-1])

    def _when(self, node: _ast.BoolOp) -> None:
        """``a and b`` to ``tilt_when(a, lambda: b)``: *a* may be a set, which is never false here."""
        edits, places = self.edits, self.places
        pairs = list(zip(node.values, node.values[1:], strict=False))
        edits.before(places.start(node), "tilt_when(")
        for left, right in pairs:
            at = places.find("a", places.end(left), places.start(right))
            more = "" if right is node.values[-1] else " tilt_when("
            edits.replace(at, at + len("and"), f", lambda:{more}")
            self.expression(left)
        self.expression(node.values[-1])
        edits.after(places.end(node), ")" * len(pairs))

    def if_exp(self, node: _ast.IfExp) -> None:
        while True:
            self.expression(node.body)
            self.test(node.test)
            if not isinstance(node.orelse, _ast.IfExp):
                break
            node = node.orelse
        self.expression(node.orelse)

    def test(self, node: Any) -> None:
        """Visit an expression of which only the truth counts: that of a set or os.environ is not native."""
        if isinstance(node, TESTED):
            self.wrap(node, "tilt_true")
        elif isinstance(node, _ast.BoolOp):
            if len(node.values) > LONGEST_CHAIN:
                raise RecursionError
            for value in node.values:
                self.test(value)
        else:
            self.expression(node)

    def iterated(self, node: Any) -> None:
        """Visit an expression that is iterated over."""
        if isinstance(node, LITERALS) or (
            isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name) and node.func.id in LISTS
        ):
            self.expression(node)
        else:
            self.wrap(node, "tilt_iter")

    def lambda_(self, node: _ast.Lambda) -> None:
        self.parameters(node.args)
        self._inner += 1
        self.expression(node.body)
        self._inner -= 1

    def comprehension(self, node: Any) -> None:
        self._inner += 1
        # in the order of the text: what comes first on a line owns it
        if isinstance(node, _ast.DictComp):
            self.expression(node.key)
            self.expression(node.value)
        else:
            self.expression(node.elt)
        for clause in node.generators:
            self.target(clause.target)
            self.iterated(clause.iter)
            for condition in clause.ifs:
                self.test(condition)
        self._inner -= 1

    def parameters(self, arguments: _ast.arguments) -> None:
        """Visit the parameters of a function."""
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.expression(default)
        for each in (*arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
            if each is not None:
                self._rename(each, each.arg)

    def target(self, node: Any) -> None:
        """Visit what is assigned to."""
        match node:
            case _ast.Name():
                self._rename(node, node.id)
                if not self._inner:
                    self._bound(node.id)
            case _ast.Tuple() | _ast.List():
                self._refuse_trailing_comma(node)
                for each in node.elts:
                    self.target(each)
            case _ast.Subscript():
                self._native_item(node)
            case _ast.Attribute():
                self.expression(node.value)

    def _native_item(self, node: _ast.Subscript) -> None:
        self.expression(node.value)
        if isinstance(node.slice, _ast.Tuple):  # the interpreter wants d[(1, 2)]
            self.edits.before(self.places.start(node.slice), "(")
            self.expression(node.slice)
            self.edits.after(self.places.end(node.slice), ")")
        else:
            self.expression(node.slice)

    def attribute(self, node: _ast.Attribute) -> None:
        if not isinstance(node.ctx, _ast.Load) or getattr(node.value, "id", "") in self._namespaces:
            self._plain_attribute(node)
        elif node.attr in METHOD_NAMES:
            self.binds_methods = True
            self._read(node, "tilt_method(")
        else:
            self._read(node, "tilt_attr(")

    def _read(self, node: _ast.Attribute, function: str) -> None:
        """``x.m`` to ``function(x, "m")``."""
        self.site(node, function)
        self.expression(node.value)
        end = self.places.end(node)
        dot = self.places.find(".", self.places.end(node.value), end)
        written = self._text[dot:end]
        newlines = "\n" * written.count("\n")
        self.edits.replace(dot, end, f"{newlines}, '{node.attr}'")
        self.close(node, ")")

    def _plain_attribute(self, node: _ast.Attribute) -> None:
        if ascii_name(node.attr) == node.attr:
            self.expression(node.value)
        else:
            self._read(node, "tilt_attr(")
