"""The rules: what each construct of a Tiltfile becomes.

A rule edits the text around a node and visits what is in it. No line goes away and none is added,
except one per ``while`` and one before each further call on a line: the interpreter reports calls in
progress by line only, so each call gets a line of its own, and the traceback can tell them apart.
"""

from __future__ import annotations

import _ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from tiltfile_ext.starkit._prelude import INTERNAL, METHOD_NAMES
from tiltfile_ext.starkit.rewrite._edits import Edits
from tiltfile_ext.starkit.rewrite._names import Bindings, ascii_name, dotted, is_load
from tiltfile_ext.starkit.rewrite._places import Places

#: operator to its sign, and the helper that stands for it
_BINARY: dict[type, tuple[str, str]] = {
    _ast.Mod: ("%", "mod"),
    _ast.LShift: ("<<", "shl"),
    _ast.Add: ("+", "add"),
    _ast.BitOr: ("|", "or"),
    _ast.BitAnd: ("&", "and"),
    _ast.BitXor: ("^", "xor"),
    _ast.Sub: ("-", "sub"),
    _ast.RShift: (">>", "shr"),
}
#: operators that only ``x[k] op= v`` needs a helper for
_ITEM_ONLY: dict[type, tuple[str, str]] = {
    _ast.Mult: ("*", "mul"),
    _ast.Div: ("/", "div"),
    _ast.FloorDiv: ("//", "floordiv"),
}
_IN_PLACE = {"add": "iadd", "or": "ior"}
_COMPARE: dict[type, tuple[str, str]] = {
    _ast.Eq: ("==", "eq"),
    _ast.NotEq: ("!=", "ne"),
    _ast.Lt: ("<", "lt"),
    _ast.LtE: ("<=", "le"),
    _ast.Gt: (">", "gt"),
    _ast.GtE: (">=", "ge"),
}
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
#: operators in one chain: more would overflow the interpreter's stack
_LONGEST = 2500
_LONGEST_HELPED = 40
#: up to here ints and floats compare exactly
_EXACT = 1 << 53
_METHODS = {
    "format", "splitlines", "elems", "elem_ords", "codepoints", "codepoint_ords", "upper", "lower", "title", "capitalize",
    "isdigit", "isalpha", "isalnum",
}  # fmt: skip
#: methods replaced if they have one argument that is not plainly right
_CAREFUL = {"startswith", "endswith", "strip", "lstrip", "rstrip", "split", "rsplit", "pop", "extend", "join", "update"}
_LITERALS = (_ast.List, _ast.Tuple, _ast.Dict, _ast.ListComp, _ast.DictComp, _ast.Constant)
_LISTS = {"range", "sorted", "enumerate", "zip", "list", "reversed"}
_TESTED = (_ast.Name, _ast.Call, _ast.Attribute, _ast.Subscript)
_BRANCHES = (_ast.Lambda, _ast.ListComp, _ast.DictComp, _ast.IfExp, _ast.BoolOp)


class Rewriter:
    """Walks a tree and collects edits.

    Attributes:
        kept: arguments that may be functions, handed to a built-in.
        suspicious: whether something needs the exact (slow) static check.
        binds_methods: whether a method is named but not called, as in ``f = x.append``.
    """

    def __init__(self, text: str, tree: _ast.Module, bindings: Bindings, builtins: frozenset[str], names: frozenset[str]) -> None:
        self.places = Places(text)
        self.edits = Edits()
        self.kept: list[Any] = []
        self.owners: dict[int, Any] = {}
        self.sites: list[Any] = []
        self.dynamic = 0
        self.suspicious = False
        self.binds_methods = False
        self._text = text
        self._tree = tree
        self._bindings = bindings
        self._builtins = builtins
        self._environ = "environ" in text
        self._hoist = "load_dynamic" in text and "load_dynamic" in builtins and not (
            "load_dynamic" in bindings.globals or "load_dynamic" in bindings.loaded
        )
        self._late = (bindings.globals.keys() | bindings.loaded) - names
        self._namespaces = {name.partition(".")[0] for name in builtins if "." in name}
        self._inner = 0
        self._loops = 0
        self._hoisted: set[Any] = set()

    def run(self) -> None:
        """Visit the whole file."""
        for statement in self._tree.body:
            if self._hoist and isinstance(statement, (_ast.Expr, _ast.Assign)):
                self._hoist_dynamic(statement)
            self.statement(statement)

    # ---- pieces ---------------------------------------------------------------------------------

    def site(self, node: Any, text: str = "") -> None:
        """*node* is a call, or becomes one that starts with *text*: give it a line of its own."""
        self.sites.append(node)
        start = self.places.start(node)
        if node.lineno in self.owners:
            self.edits.before(start, ("(\n", node))
            if text:
                self.edits.before(start, text)
        else:
            self.owners[node.lineno] = node
            if text:
                self.edits.before(start, text)

    def close(self, node: Any, text: str = "") -> None:
        """End what `site` began."""
        if self.owners.get(node.lineno) is not node:
            text += ")"
        if text:
            self.edits.after(self.places.end(node), text)

    def wrap_argument(self, node: Any, function: str, call: Any) -> None:
        """Call *function* on the argument *node* of *call*; a fault is the call's."""
        start = self.places.start(node)
        owned = node.lineno in self.owners
        if owned:
            self.edits.before(start, ("(\n", call))
        else:
            self.owners[node.lineno] = call
        self.edits.before(start, function + "(")
        self.expression(node)
        self.edits.after(self.places.end(node), "))" if owned else ")")

    def wrap(self, node: Any, function: str) -> None:
        """Call *function* on *node*; it cannot fail."""
        self.edits.before(self.places.start(node), function + "(")
        self.expression(node)
        self.edits.after(self.places.end(node), ")")

    def operator(self, after: Any, before: Any, sign: str) -> int:
        """Where the operator between two nodes is."""
        return self.places.find(sign, self.places.end(after), self.places.start(before))

    # ---- statements -----------------------------------------------------------------------------

    def block(self, body: list[Any]) -> None:
        """Visit statements."""
        for statement in body:
            self.statement(statement)

    def statement(self, node: Any) -> None:
        """Visit one statement."""
        rule = _STATEMENTS.get(node.__class__)
        if rule is not None:
            rule(self, node)

    def expr(self, node: _ast.Expr) -> None:
        if not is_load(node.value):
            self.expression(node.value)
            return
        values = [*node.value.args[1:], *(keyword.value for keyword in node.value.keywords)]  # type: ignore[attr-defined]
        if any(str(getattr(each, "value", "x")).startswith("_") or getattr(each, "value", "x") == "" for each in values):
            self.suspicious = True
        if not self._inner:
            self._bound(*(getattr(a, "value", None) or getattr(a, "id", "") for a in node.value.args[1:]))  # type: ignore[attr-defined]
            self._bound(*(keyword.arg or "" for keyword in node.value.keywords))  # type: ignore[attr-defined]

    def assign(self, node: _ast.Assign) -> None:
        target = node.targets[0]
        self._refuse_trailing_comma(node.value)
        if isinstance(target, _ast.Subscript) and not isinstance(target.slice, _ast.Slice):
            if self._environ or _may_swap(node.value, target):
                self._set_item(node, target)
                return
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

    def _item_comma(self, target: _ast.Subscript) -> None:
        """``x[k]`` to ``x, k``."""
        places, edits = self.places, self.edits
        pair = isinstance(target.slice, _ast.Tuple)
        bracket = places.find("[", places.end(target.value), places.end(target))
        end = places.end(target)
        edits.replace(bracket, bracket + 1, ", (" if pair else ", ")
        self.expression(target.slice)
        edits.replace(end - 1, end, ")" if pair else "")

    def augmented(self, node: _ast.AugAssign) -> None:
        target = node.target
        sign, name = _BINARY.get(node.op.__class__, ("", ""))
        if isinstance(target, _ast.Subscript) and not isinstance(target.slice, _ast.Slice):
            self._augmented_item(node, target)
        elif not isinstance(target, _ast.Name) or not name:
            self._in_place(node)
        elif name not in ("mod", "shl", "shr") and isinstance(node.value, _ast.Constant):
            self._in_place(node)
        else:
            self._augmented_name(node, target, sign, _IN_PLACE.get(name, name))

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
        """``x[k] += v`` to ``tilt_item_add(x, k, (v))``."""
        op = node.op.__class__
        sign, name = _BINARY.get(op) or _ITEM_ONLY[op]
        at = self.places.find(sign[0], self.places.end(target), self.places.start(node.value))
        self.site(node, f"tilt_item_{name}(")
        self.expression(target.value)
        self._item_comma(target)
        self.edits.replace(at, at + len(sign) + 1, ", (")
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
        if not node.name.isascii():
            at = self._text.index(node.name, self.places.start(node))
            self.edits.replace(at, at + len(node.name), ascii_name(node.name))
        if not self._inner:
            self._bound(node.name)
        self._inner += 1
        self._prevent_inlining(node.body)
        self.block(node.body)
        self._inner -= 1

    def _prevent_inlining(self, body: list[Any]) -> None:
        """A call of a function that only returns something would not show in a traceback."""
        last = body[-1]
        if isinstance(last, _ast.Return) and not isinstance(last.value, (_ast.Constant, _ast.Name)):
            if all(isinstance(each, (_ast.Pass, _ast.Expr)) for each in body[:-1]):
                self.edits.before(self.places.start(last), "tilt_once = 0; ")

    def return_(self, node: _ast.Return) -> None:
        if node.value is not None:
            self._refuse_trailing_comma(node.value)
            self.expression(node.value)

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

    def parameters(self, arguments: _ast.arguments) -> None:
        """Visit the parameters of a function."""
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.expression(default)
        for each in (*arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
            if each is not None:
                self._rename(each, each.arg)

    # ---- static doubts --------------------------------------------------------------------------

    def _bound(self, *names: Any) -> None:
        if self._late:
            self._late -= set(names)

    def _refuse_trailing_comma(self, node: Any) -> None:
        if isinstance(node, _ast.Tuple) and self._text[self.places.end(node) - 1] == ",":
            self.suspicious = True

    def _rename(self, node: Any, name: str) -> None:
        if self.places.is_ascii:
            return
        start = self.places.start(node)
        written = _IDENTIFIER.match(self._text, start)
        if written and not written[0].isascii():
            self.edits.replace(start, written.end(), ascii_name(name))

    # ---- expressions ----------------------------------------------------------------------------

    def expression(self, node: Any) -> None:
        """Visit one expression."""
        rule = _EXPRESSIONS.get(node.__class__)
        if rule is not None:
            rule(self, node)

    def name(self, node: _ast.Name) -> None:
        if self._late and node.id in self._late and not self._inner:
            self.suspicious = True
        self._rename(node, node.id)

    def constant(self, node: _ast.Constant) -> None:
        """A raw string keeps a backslash before its quote; the interpreter would drop it."""
        value = node.value
        if isinstance(value, bytes):
            self.suspicious = True
        if not isinstance(value, str) or "\\" not in value or not ("'" in value or '"' in value):
            return
        start, end = self.places.start(node), self.places.end(node)
        text = self._text[start:end]
        if text[0] in "rR" and ("\\'" in text or '\\"' in text) and "\n" not in text:
            plain = value.replace("\\", "\\\\").replace('"', '\\"')
            self.edits.replace(start, end, f'"{plain}"')

    def each(self, nodes: list[Any]) -> None:
        """Visit expressions."""
        for node in nodes:
            if node is not None:
                self.expression(node)

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
        if len(node.values) > _LONGEST:
            raise RecursionError
        for value in node.values[:-1]:
            if isinstance(node.op, _ast.Or) and isinstance(value, _TESTED):
                self.wrap(value, "tilt_or_else")
            else:
                self.expression(value)
        self.expression(node.values[-1])

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
        if isinstance(node, _TESTED):
            self.wrap(node, "tilt_true")
        elif isinstance(node, _ast.BoolOp):
            if len(node.values) > _LONGEST:
                raise RecursionError
            for value in node.values:
                self.test(value)
        else:
            self.expression(node)

    def iterated(self, node: Any) -> None:
        """Visit an expression that is iterated over."""
        if isinstance(node, _LITERALS) or (
            isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name) and node.func.id in _LISTS
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
        for clause in node.generators:
            self.iterated(clause.iter)
            self.target(clause.target)
            for condition in clause.ifs:
                self.test(condition)
        if isinstance(node, _ast.DictComp):
            self.expression(node.key)
            self.expression(node.value)
        else:
            self.expression(node.elt)
        self._inner -= 1

    def binary(self, node: _ast.BinOp) -> None:
        """Visit a chain of operators from the outside in, without recursion on the left."""
        closing: list[tuple[_ast.BinOp, str]] = []
        current: Any = node
        while isinstance(current, _ast.BinOp):
            sign, name = _BINARY.get(current.op.__class__, ("", ""))
            if name and self._needs_helper(current, name) and (name != "add" or len(closing) < _LONGEST_HELPED):
                at = self.operator(current.left, current.right, sign[0])
                self.edits.replace(at, at + len(sign), ", ")
                self.site(current, f"tilt_{name}(")
                closing.append((current, ")"))
            else:
                closing.append((current, ""))
            current = current.left
            if len(closing) > _LONGEST:
                raise RecursionError
        self.expression(current)
        for each, text in reversed(closing):
            self.expression(each.right)
            if text:
                self.close(each, text)

    def _needs_helper(self, node: _ast.BinOp, name: str) -> bool:
        if name in ("shl", "shr"):
            return True
        if name == "mod":
            return not _is_number(node.left)
        return not (_is_plain(node.left) or _is_plain(node.right))

    def compare(self, node: _ast.Compare) -> None:
        left, right = node.left, node.comparators[0]
        if len(node.ops) == 1:
            op = node.ops[0].__class__
            if op is _ast.In or op is _ast.NotIn:
                if not _is_fixed(right):
                    self._membership(node, left, right, op is _ast.In)
                    return
            elif op in _COMPARE and not (_is_fixed(left) or _is_fixed(right)):
                sign, name = _COMPARE[op]
                at = self.operator(left, right, sign[0])
                self._pair(node, f"tilt_{name}(", at, at + len(sign), left, right)
                return
        self.expression(left)
        self.each(node.comparators)

    def _membership(self, node: _ast.Compare, left: Any, right: Any, positive: bool) -> None:  # noqa: FBT001
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
            self._native_item(node)
            return
        self.site(node, "tilt_getitem(")
        self.expression(node.value)
        self._item_comma(node)
        self.close(node, ")")

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
        self.edits.replace(dot, end, f"{newlines}, '{ascii_name(node.attr)}'")
        self.close(node, ")")

    def _plain_attribute(self, node: _ast.Attribute) -> None:
        self.expression(node.value)
        if not node.attr.isascii():
            end = self.places.end(node)
            self.edits.replace(end - len(node.attr), end, ascii_name(node.attr))

    # ---- calls ----------------------------------------------------------------------------------

    def call(self, node: _ast.Call) -> None:
        if node in self._hoisted:
            return
        function = node.func
        if isinstance(function, _ast.Attribute) and self._method_differs(node, function.attr):
            self._method_call(node, function)
            return
        self.site(node)
        self._check_order(node)
        if isinstance(function, _ast.Attribute):
            self._plain_attribute(function)
        else:
            self.expression(function)
        keeps = bool(self._builtins) and dotted(function) in self._builtins
        for argument in node.args:
            if isinstance(argument, _ast.Starred):
                self.starred_argument(argument.value, node)
            else:
                self.argument(argument, keeps)
        self.keywords(node, keeps)
        self.close(node)

    def starred_argument(self, node: Any, call: _ast.Call) -> None:
        """Visit ``*node``."""
        if isinstance(node, (_ast.List, _ast.Tuple, _ast.Dict, _ast.ListComp, _ast.DictComp)):
            self.expression(node)
        else:
            self.wrap_argument(node, "tilt_args", call)

    def _check_order(self, node: _ast.Call) -> None:
        """Tilt wants ``*args`` after all other arguments but ``**kwargs``."""
        for number, each in enumerate(node.args):
            if isinstance(each, _ast.Starred):
                place = (each.lineno, each.col_offset)
                named = [k for k in node.keywords if k.arg and (k.lineno, k.col_offset) > place]
                self.suspicious |= bool(named) or number + 1 < len(node.args)

    def argument(self, node: Any, keeps: bool) -> None:  # noqa: FBT001
        """Visit an argument, which the file must keep if it is a function for a built-in."""
        if keeps and (
            isinstance(node, _ast.Lambda) or (isinstance(node, _ast.Name) and node.id in self._bindings.functions)
        ):
            self.edits.before(self.places.start(node), f"tilt_keep({len(self.kept)}, ")
            self.kept.append(node)
            self.expression(node)
            self.edits.after(self.places.end(node), ", tilt_kept, tilt_file)")
        else:
            self.expression(node)

    def keywords(self, call: _ast.Call, keeps: bool = False) -> None:
        """Visit the keyword arguments of *call*."""
        for node in call.keywords:
            if node.arg is None:
                self.wrap_argument(node.value, "tilt_kwargs", call)
                continue
            self._rename(node, node.arg)
            self.argument(node.value, keeps)

    def _method_differs(self, node: _ast.Call, name: str) -> bool:
        if name in _METHODS:
            return True
        count = len(node.args)
        if name == "replace":
            return count == 3
        if name not in _CAREFUL or not count or (node.keywords and name != "update"):
            return False
        first = node.args[0]
        if isinstance(first, _ast.Starred):
            return False
        if name in ("join", "update"):
            return count == 1 and not isinstance(first, _ast.Dict)
        if name in ("extend", "pop"):
            return count == 1 and not isinstance(first, _LITERALS if name == "extend" else ()) and not (
                isinstance(first, _ast.Constant) and isinstance(first.value, str)
            )
        return count > 1 or not (isinstance(first, _ast.Constant) and isinstance(first.value, str) and first.value)

    def _method_call(self, node: _ast.Call, function: _ast.Attribute) -> None:
        """``s.m(x)`` to ``tilt_m_m(s, x)``."""
        places = self.places
        stop = places.end(node)
        dot = places.find(".", places.end(function.value), stop)
        paren = places.find("(", places.end(function), stop)
        empty = next(places.tokens(paren + 1, stop))[1] == ")"
        self.site(node, f"tilt_m_{function.attr}(")
        self.expression(function.value)
        newlines = "\n" * self._text.count("\n", dot, paren)
        self.edits.replace(dot, paren + 1, newlines + ("" if empty else ", "))
        for argument in node.args:
            if isinstance(argument, _ast.Starred):
                self.starred_argument(argument.value, node)
            else:
                self.expression(argument)
        self.keywords(node)
        self.close(node)

    # ---- load_dynamic at the top level ----------------------------------------------------------

    def _hoist_dynamic(self, statement: Any) -> None:
        """Let a real load statement bind the globals: nothing else can hand functions over.

        ``d = load_dynamic(p)`` becomes ``tilt_dynamic(1, p); load("…1", tilt_d1 = "tilt_exports"); d = tilt_d1``.
        """
        for call in _dynamic_calls(statement):
            self.dynamic += 1
            number = self.dynamic
            start, end = self.places.start(call), self.places.end(call)
            paren = self.places.find("(", self.places.end(call.func), end)
            arguments = self._text[paren + 1 : end - 1]
            rewritten = Fragment(arguments, self._builtins).text()
            module = f"{INTERNAL}{number}"
            piece = f"tilt_dynamic({number}, {rewritten}); load({module!r}, tilt_d{number}='tilt_exports'); "
            self.sites.append(call)
            at = self.places.start(statement)
            if call.lineno in self.owners:
                self.edits.before(at, ("\n" + piece, call))
            else:
                self.owners[call.lineno] = call
                self.edits.before(at, piece)
            self.edits.replace(start, end, f"tilt_d{number}" + "\n" * self._text.count("\n", start, end))
            self._hoisted.add(call)


class Fragment:
    """Arguments that move elsewhere, rewritten by themselves."""

    def __init__(self, arguments: str, builtins: frozenset[str]) -> None:
        self._source = f"f({arguments})"
        self._builtins = builtins

    def text(self) -> str:
        """The arguments, rewritten, on one line if they were."""
        tree: Any = compile(self._source, "", "exec", 0x400)
        rewriter = Rewriter(self._source, tree, Bindings(tree), frozenset(), frozenset())
        rewriter.run()
        return rewriter.edits.make(self._source)[0][2:-1]


def _may_swap(value: Any, target: _ast.Subscript) -> bool:
    """Whether it does not matter that *value* is evaluated after the target: Tilt does it before."""
    return not (_has_call(value) and (_has_call(target.value) or _has_call(target.slice)))


def _has_call(node: Any) -> bool:
    return any(isinstance(each, _ast.Call) for each in _inside(node))


def _inside(node: Any) -> Iterator[Any]:
    stack = [node]
    while stack:
        each = stack.pop()
        yield each
        for field in each._fields:
            value = getattr(each, field, None)
            stack += [n for n in (value if isinstance(value, list) else [value]) if isinstance(n, _ast.AST)]


def _dynamic_calls(statement: Any) -> list[Any]:
    found, stack = [], [statement.value]
    while stack:
        node = stack.pop()
        if isinstance(node, _BRANCHES):
            continue
        if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name) and node.func.id == "load_dynamic":
            found.append(node)
            continue
        for field in node._fields:
            value = getattr(node, field, None)
            stack += [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, _ast.AST)]
    return found[::-1]


def _is_number(node: Any) -> bool:
    return isinstance(node, _ast.Constant) and isinstance(node.value, (int, float))


def _is_plain(node: Any) -> bool:
    """Whether *node* is surely no set, struct or object, or makes the native operator answer rightly."""
    while isinstance(node, _ast.BinOp):
        if isinstance(node.op, (_ast.Mod, _ast.Mult, _ast.Div, _ast.FloorDiv)) or _is_plain(node.right):
            return True
        node = node.left
    return isinstance(node, _LITERALS)


def _is_fixed(node: Any) -> bool:
    """Whether *node* is a literal of literals."""
    if isinstance(node, (_ast.Tuple, _ast.List)):
        return all(map(_is_fixed, node.elts))
    if isinstance(node, _ast.Constant):
        return not _is_number(node) or (isinstance(node.value, int) and node.value < _EXACT)
    return (
        isinstance(node, _ast.UnaryOp) and isinstance(node.operand, _ast.Constant)
    )


_STATEMENTS: dict[type, Callable[[Rewriter, Any], None]] = {
    _ast.Expr: Rewriter.expr,
    _ast.Assign: Rewriter.assign,
    _ast.AugAssign: Rewriter.augmented,
    _ast.If: Rewriter.if_,
    _ast.For: Rewriter.for_,
    _ast.While: Rewriter.while_,
    _ast.FunctionDef: Rewriter.def_,
    _ast.Return: Rewriter.return_,
}
_EXPRESSIONS: dict[type, Callable[[Rewriter, Any], None]] = {
    _ast.Name: Rewriter.name,
    _ast.Constant: Rewriter.constant,
    _ast.List: Rewriter.display,
    _ast.Tuple: Rewriter.display,
    _ast.Dict: Rewriter.dict_,
    _ast.Starred: Rewriter.starred,
    _ast.Slice: Rewriter.slice,
    _ast.UnaryOp: Rewriter.unary,
    _ast.BoolOp: Rewriter.bool_op,
    _ast.IfExp: Rewriter.if_exp,
    _ast.Lambda: Rewriter.lambda_,
    _ast.ListComp: Rewriter.comprehension,
    _ast.DictComp: Rewriter.comprehension,
    _ast.BinOp: Rewriter.binary,
    _ast.Compare: Rewriter.compare,
    _ast.Subscript: Rewriter.subscript,
    _ast.Attribute: Rewriter.attribute,
    _ast.Call: Rewriter.call,
}
