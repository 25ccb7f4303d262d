"""What every rule works with: the text, the edits, and the calls that need lines of their own."""

from __future__ import annotations

import _ast
from collections.abc import Callable
from typing import Any, ClassVar

from tiltfile_ext.starkit._odd_names import ascii_name
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit.rewrite._edits import Edits
from tiltfile_ext.starkit.rewrite._names import Bindings
from tiltfile_ext.starkit.rewrite._places import Places

_BYTES = pattern(r"""\bbytes\b|\br?b["']""")
_IDENTIFIER = pattern(r"[^\W\d]\w*")


class Walker:
    """Walks a tree and collects edits.

    Attributes:
        kept: arguments that may be functions, handed to a built-in.
        stepped: blocks at top level that must run statement by statement.
        suspicious: whether something needs the exact (slow) static check.
        binds_methods: whether a method is named but not called, as in ``f = x.append``.
    """

    statement_rules: ClassVar[dict[type, Callable[[Any, Any], None]]] = {}
    expression_rules: ClassVar[dict[type, Callable[[Any, Any], None]]] = {}

    def __init__(
        self,
        text: str,
        tree: _ast.Module,
        bindings: Bindings,
        builtins: frozenset[str],
        names: frozenset[str],
        shadow: str,
    ) -> None:
        """Args: shadow: *text* as Python parsed it."""
        self.places = Places(shadow)
        self.edits = Edits()
        self.kept: list[Any] = []
        self.owners: dict[int, Any] = {}
        self.sites: list[Any] = []
        self.dynamic = 0
        self.stepped: set[Any] = set()
        self.suspicious = False
        self.binds_methods = False
        self._text = text
        self._tree = tree
        self._bindings = bindings
        self._builtins = builtins
        self._environ = "environ" in text
        #: whether it may have values whose truth is not native, and which it uses as values
        self._tables = self._environ or "set(" in text or bool(_BYTES.search(text))
        #: whether it may have bytes, which the interpreter cannot multiply
        self._bytes_used = bool(_BYTES.search(text))
        self._hoist = (
            "load_dynamic" in text
            and "load_dynamic" in builtins
            and not ("load_dynamic" in bindings.globals or "load_dynamic" in bindings.loaded)
        )
        self._late = (bindings.globals.keys() | bindings.loaded) - names
        self._namespaces = {name.partition(".")[0] for name in builtins if "." in name}
        self._inner = 0
        self._loops = 0
        self._hoisted: set[Any] = set()

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

    def wrap(self, node: Any, function: str) -> None:
        """Call *function* on *node*; it cannot fail."""
        self.edits.before(self.places.start(node), function + "(")
        self.expression(node)
        self.edits.after(self.places.end(node), ")")

    def wrap_argument(self, node: Any, function: str, call: Any, before: str = "") -> None:
        """Call *function* on *before* and the argument *node* of *call*; a fault is the call's."""
        start = self.places.start(node)
        owned = node.lineno in self.owners
        if owned:
            self.edits.before(start, ("(\n", call))
        else:
            self.owners[node.lineno] = call
        self.edits.before(start, f"{function}({before}")
        self.expression(node)
        self.edits.after(self.places.end(node), "))" if owned else ")")

    def operator(self, after: Any, before: Any, sign: str) -> int:
        """Where the operator between two nodes is."""
        return self.places.find(sign, self.places.end(after), self.places.start(before))

    def block(self, body: list[Any]) -> None:
        """Visit statements."""
        for statement in body:
            self.statement(statement)

    def statement(self, node: Any) -> None:
        """Visit one statement."""
        rule = self.statement_rules.get(node.__class__)
        if rule is not None:
            rule(self, node)

    def expression(self, node: Any) -> None:
        """Visit one expression."""
        rule = self.expression_rules.get(node.__class__)
        if rule is not None:
            rule(self, node)

    def each(self, nodes: list[Any]) -> None:
        """Visit expressions."""
        for node in nodes:
            if node is not None:
                self.expression(node)

    def _bound(self, *names: Any) -> None:
        if self._late:
            self._late -= set(names)

    def _refuse_trailing_comma(self, node: Any) -> None:
        if isinstance(node, _ast.Tuple) and self._text[self.places.end(node) - 1] == ",":
            self.suspicious = True

    def _rename(self, node: Any, name: str) -> None:
        if self.places.is_ascii:
            return
        self._rename_at(self.places.start(node), name)

    def _rename_at(self, start: int, name: str) -> None:
        spelt = ascii_name(name)
        written = _IDENTIFIER.match(self._text, start) if spelt != name else None
        if written:
            self.edits.replace(start, written.end(), spelt)
