"""Rules for statements."""

from __future__ import annotations

import _ast
from typing import Any

from tiltfile_ext.starkit._odd_names import ascii_name
from tiltfile_ext.starkit.rewrite._calls import Calls
from tiltfile_ext.starkit.rewrite._guesses import TESTED, may_swap
from tiltfile_ext.starkit.rewrite._names import is_load
from tiltfile_ext.starkit.rewrite._signs import BINARY, IN_PLACE, ITEM_ONLY


class Statements(Calls):
    """Statements."""

    def expr(self, node: _ast.Expr) -> None:
        if isinstance(node.value, _ast.Tuple):  # the interpreter takes ``a, b == c`` for an assignment
            self.wrap(node.value, "")
            return
        if not is_load(node.value):
            self.expression(node.value)
            return
        self._symbols(node.value)  # type: ignore[arg-type]
        values = [*node.value.args[1:], *(keyword.value for keyword in node.value.keywords)]  # type: ignore[attr-defined]
        if any(
            str(getattr(each, "value", "x")).startswith("_") or getattr(each, "value", "x") == ""
            for each in values
        ):
            self.suspicious = True
        if not self._inner:
            self._bound(*(getattr(a, "value", None) or getattr(a, "id", "") for a in node.value.args[1:]))  # type: ignore[attr-defined]
            self._bound(*(keyword.arg or "" for keyword in node.value.keywords))  # type: ignore[attr-defined]

    def _symbols(self, node: _ast.Call) -> None:
        """Visit the names in a ``load`` statement."""
        for keyword in node.keywords:
            self._rename(keyword, keyword.arg or "")
        for value in (*node.args[1:], *(keyword.value for keyword in node.keywords)):
            if isinstance(value, _ast.Name):
                self._rename(value, value.id)
            elif isinstance(value, _ast.Constant) and ascii_name(str(value.value)) != value.value:
                spelt = ascii_name(str(value.value))
                self.edits.replace(self.places.start(value), self.places.end(value), f"'{spelt}'")

    def assign(self, node: _ast.Assign) -> None:
        target = node.targets[0]
        self._refuse_trailing_comma(node.value)
        if isinstance(target, _ast.Subscript) and (self._environ or may_swap(node.value, target)):
            self._set_item(node, target)
            return
        if isinstance(target, _ast.Subscript):  # it comes first on the line
            self.target(target)
            self.expression(node.value)
            return
        if self._tables and isinstance(target, (_ast.Tuple, _ast.List)) and isinstance(node.value, TESTED):
            self.wrap(node.value, "tilt_iter")
        else:
            self.expression(node.value)
        for each in node.targets:
            self.target(each)

    def _set_item(self, node: _ast.Assign, target: _ast.Subscript) -> None:
        """``x[k] = v`` to ``tilt_setitem(x, k, (v))``."""
        edits = self.edits
        self.site(node, "tilt_setitem(")
        self.expression(target.value)
        self._item_comma(target)
        equals = self.operator(target, node.value, "=")
        edits.replace(equals, equals + 1, ", (")
        self.expression(node.value)
        self.close(node, "))")

    def augmented(self, node: _ast.AugAssign) -> None:
        target = node.target
        sign, name = self.helped(node.op)
        if isinstance(target, _ast.Subscript) and not isinstance(target.slice, _ast.Slice):
            self._augmented_item(node, target)
        elif (
            not isinstance(target, _ast.Name)
            or not name
            or (name not in ("mod", "shl", "shr", "mul") and isinstance(node.value, _ast.Constant))
        ):
            self._in_place(node)
        else:
            self._augmented_name(node, target, sign, IN_PLACE.get(name, name))

    def _augmented_name(self, node: _ast.AugAssign, target: _ast.Name, sign: str, name: str) -> None:
        """``x %= v`` to ``x = tilt_mod(x, v)``."""
        self.expression(target)
        self.sites.append(node)
        at = self.places.find(sign[0], self.places.end(target), self.places.start(node.value))
        text = f"tilt_{name}({ascii_name(target.id)},"
        if node.lineno in self.owners:
            self.edits.before(at, ("= (\n" + text, node))
            self.edits.replace(at, at + len(sign) + 1, "")
        else:
            self.owners[node.lineno] = node
            self.edits.replace(at, at + len(sign) + 1, "= " + text)
        self.expression(node.value)
        self.close(node, ")")
        if not self._inner:
            self._bound(target.id)

    def _augmented_item(self, node: _ast.AugAssign, target: _ast.Subscript) -> None:
        """``x[k] += v`` to ``tilt_item_add(tilt_item(x, k), (v))``: the item is read before *v*."""
        op = node.op.__class__
        sign, name = BINARY.get(op) or ITEM_ONLY[op]
        at = self.places.find(sign[0], self.places.end(target), self.places.start(node.value))
        self.site(node, f"tilt_item_{name}(tilt_item(")
        self.expression(target.value)
        self._item_comma(target)
        self.edits.replace(at, at + len(sign) + 1, "), (")
        self.expression(node.value)
        self.close(node, "))")

    def _in_place(self, node: _ast.AugAssign) -> None:
        if isinstance(node.target, _ast.Name):
            self.expression(node.target)
        else:
            self.target(node.target)
        self.expression(node.value)

    def if_(self, node: _ast.If) -> None:
        while True:
            self.test(node.test)
            self.block(node.body)
            if len(node.orelse) != 1 or not isinstance(node.orelse[0], _ast.If):
                break
            node = node.orelse[0]  # elif: many of them are no deep nesting
        self.block(node.orelse)

    def for_(self, node: _ast.For) -> None:
        self._refuse_trailing_comma(node.target)
        self._refuse_trailing_comma(node.iter)
        start = self.places.start(node.iter)
        if isinstance(node.iter, _ast.Tuple) and self._text[start] != "(":
            self.edits.before(start, "(")
            self.expression(node.iter)
            self.edits.after(self.places.end(node.iter), ")")
        else:
            self.iterated(node.iter)
        self.target(node.target)
        self.block(node.body)
        self.block(node.orelse)

    def while_(self, node: _ast.While) -> None:
        """``while C:`` to a ``for`` over a very long range, with a line ``if not (C): break``."""
        places, text = self.places, self._text
        self.suspicious |= bool(node.orelse)
        start = places.start(node)
        colon = places.find(":", places.end(node.test), len(text))
        first = places.start(node.body[0])
        on_header = "\n" not in text[colon:first]
        line = text.rfind("\n", 0, start) + 1
        indent = " " * (start - line + 2) if on_header else text[text.rfind("\n", 0, first) + 1 : first]
        self._loops += 1
        self.edits.replace(start, start + 5, f"for tilt_w{self._loops} in tilt_forever:\n{indent}if not (")
        if on_header:
            self.edits.replace(colon, first, "): break\n" + indent)
        else:
            self.edits.replace(colon, colon + 1, "): break")
        self.test(node.test)
        self.block(node.body)

    def def_(self, node: _ast.FunctionDef) -> None:
        self.parameters(node.args)
        if not self.places.is_ascii:
            self._odd_names(node)
        if not self._inner:
            self._bound(node.name)
        self._inner += 1
        self._prevent_inlining(node.body)
        self.block(node.body)
        self._inner -= 1

    def _odd_names(self, node: _ast.FunctionDef) -> None:
        """A ``def`` in a file that may have names which the interpreter refuses."""
        start = self.places.start(node) + len("def")
        self._rename_at(next(self.places.tokens(start, len(self._text)))[0], node.name)
        if node.args.kwarg:
            name, first = ascii_name(node.args.kwarg.arg), self.places.start(node.body[0])
            self.edits.before(first, f"{name} = tilt_names({name})" + self._joint(node.body[0], first))

    def _joint(self, node: Any, start: int) -> str:
        """What may stand between a simple statement and *node*: a compound one needs a line of its own."""
        if not isinstance(node, (_ast.If, _ast.For, _ast.While, _ast.FunctionDef)):
            return "; "
        return "\n" + self._text[self._text.rfind("\n", 0, start) + 1 : start]

    def _prevent_inlining(self, body: list[Any]) -> None:
        """A call of a function that only returns something would not show in a traceback."""
        last = body[-1]
        trivial = all(isinstance(each, (_ast.Pass, _ast.Expr)) for each in body[:-1])
        if (
            trivial
            and isinstance(last, _ast.Return)
            and not isinstance(last.value, (_ast.Constant, _ast.Name))
        ):
            self.edits.before(self.places.start(last), "tilt_once = 0; ")

    def return_(self, node: _ast.Return) -> None:
        if node.value is not None:
            self._refuse_trailing_comma(node.value)
            self.expression(node.value)
