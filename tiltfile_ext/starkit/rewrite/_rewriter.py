"""The rules: what each construct of a Tiltfile becomes.

A rule edits the text around a node and visits what is in it. No line goes away and none is added,
except one per ``while`` and one before each further call on a line: the interpreter reports calls in
progress by line only, so each call gets a line of its own, and the traceback can tell them apart.
"""

from __future__ import annotations

import _ast
from collections.abc import Callable
from typing import Any, ClassVar

from tiltfile_ext.starkit._prelude import LOAD_MARK, dynamic_load
from tiltfile_ext.starkit.rewrite._names import Bindings
from tiltfile_ext.starkit.rewrite._python import parse
from tiltfile_ext.starkit.rewrite._statements import Statements

#: expressions that may not evaluate what is in them
_BRANCHES = (_ast.Lambda, _ast.ListComp, _ast.DictComp, _ast.IfExp, _ast.BoolOp)


class Rewriter(Statements):
    """Rewrites a whole file."""

    statement_rules: ClassVar[dict[type, Callable[[Any, Any], None]]] = {
        _ast.Expr: Statements.expr,
        _ast.Assign: Statements.assign,
        _ast.AugAssign: Statements.augmented,
        _ast.If: Statements.if_,
        _ast.For: Statements.for_,
        _ast.While: Statements.while_,
        _ast.FunctionDef: Statements.def_,
        _ast.Return: Statements.return_,
    }
    expression_rules: ClassVar[dict[type, Callable[[Any, Any], None]]] = {
        _ast.Name: Statements.name,
        _ast.Constant: Statements.constant,
        _ast.List: Statements.display,
        _ast.Tuple: Statements.display,
        _ast.Dict: Statements.dict_,
        _ast.Starred: Statements.starred,
        _ast.Slice: Statements.slice,
        _ast.UnaryOp: Statements.unary,
        _ast.BoolOp: Statements.bool_op,
        _ast.IfExp: Statements.if_exp,
        _ast.Lambda: Statements.lambda_,
        _ast.ListComp: Statements.comprehension,
        _ast.DictComp: Statements.comprehension,
        _ast.BinOp: Statements.binary,
        _ast.Compare: Statements.compare,
        _ast.Subscript: Statements.subscript,
        _ast.Attribute: Statements.attribute,
        _ast.Call: Statements.call,
    }

    def run(self) -> None:
        """Visit the whole file."""
        for statement in self._tree.body:
            if self._hoist:
                self._hoist_in(statement)
            self.statement(statement)

    def _hoist_in(self, statement: Any, *, nested: bool = False) -> bool:
        """Hoist what can be in *statement*; says whether anything was."""
        if isinstance(statement, (_ast.Expr, _ast.Assign, _ast.AugAssign)):
            return self._hoist_dynamic(statement, nested=nested)
        if not isinstance(statement, (_ast.For, _ast.While, _ast.If)):
            return False
        inner = [self._hoist_in(each, nested=True) for each in (*statement.body, *statement.orelse)]
        if any(inner):
            self.stepped.add(statement)
        return any(inner)

    def _hoist_dynamic(self, statement: Any, *, nested: bool) -> bool:
        """Let a real load statement bind the globals: nothing else can hand functions over.

        ``d = load_dynamic(p)`` becomes
        ``tilt_dynamic(1, p); load("…1", tilt_d1 = "tilt_exports"); d = tilt_d1``. In a block, where there can
        be no load statement, a mark stands for it (see `starkit._steps`).
        """
        at = self.places.start(statement)
        if nested and self._text[self._text.rfind("\n", 0, at) + 1 : at].strip():
            return False
        before = self.dynamic
        for call in dynamic_calls(statement):
            self.dynamic += 1
            number = self.dynamic
            start, end = self.places.start(call), self.places.end(call)
            paren = self.places.find("(", self.places.end(call.func), end)
            arguments = self._text[paren + 1 : end - 1]
            fragment = Fragment(arguments, self._builtins)
            rewritten = fragment.text()
            self.binds_methods |= fragment.binds_methods
            load = LOAD_MARK.format(number) if nested else dynamic_load(number) + "; "
            piece = f"tilt_dynamic({number}, {rewritten}); {load}"
            self.sites.append(call)
            if call.lineno in self.owners:
                self.edits.before(at, ("\n" + piece, call))
            else:
                self.owners[call.lineno] = call
                self.edits.before(at, piece)
            self.edits.replace(start, end, f"tilt_d{number}" + "\n" * self._text.count("\n", start, end))
            self._hoisted.add(call)
        return self.dynamic > before


class Fragment:
    """Arguments that move elsewhere, rewritten by themselves.

    Attributes:
        binds_methods: whether they name a method without calling it; known once there is a text.
    """

    def __init__(self, arguments: str, builtins: frozenset[str]) -> None:
        self._source = f"f({arguments})"
        self._builtins = builtins
        self.binds_methods = False

    def text(self) -> str:
        """The arguments, rewritten, on one line if they were."""
        shadow, tree = parse(self._source, "")
        rewriter = Rewriter(self._source, tree, Bindings(tree), frozenset(), frozenset(), shadow)
        rewriter.run()
        self.binds_methods = rewriter.binds_methods
        return rewriter.edits.make(self._source)[0][2:-1]


def dynamic_calls(statement: Any) -> list[Any]:
    found, stack = [], [statement.value]
    while stack:
        node = stack.pop()
        if isinstance(node, _BRANCHES):
            continue
        if (
            isinstance(node, _ast.Call)
            and isinstance(node.func, _ast.Name)
            and node.func.id == "load_dynamic"
        ):
            found.append(node)
            continue
        for field in node._fields:
            value = getattr(node, field, None)
            stack += [
                each for each in (value if isinstance(value, list) else [value]) if isinstance(each, _ast.AST)
            ]
    return found[::-1]
