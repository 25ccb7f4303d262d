"""Rules for calls: of methods that differ, and of built-ins that may keep a function."""

from __future__ import annotations

import _ast
from typing import Any

from tiltfile_ext.starkit._odd_names import ascii_name
from tiltfile_ext.starkit.rewrite._guesses import LITERALS
from tiltfile_ext.starkit.rewrite._names import dotted
from tiltfile_ext.starkit.rewrite._operators import Operators

#: methods always replaced
_METHODS = {
    "format", "splitlines", "elems", "elem_ords", "codepoints", "codepoint_ords", "upper", "lower", "title",
    "capitalize", "isdigit", "isalpha", "isalnum", "find", "rfind", "index", "rindex",
}  # fmt: skip
_CAREFUL = {
    "startswith",
    "endswith",
    "strip",
    "lstrip",
    "rstrip",
    "split",
    "rsplit",
    "pop",
    "extend",
    "join",
    "update",
}


class Calls(Operators):
    """Calls."""

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
        name = dotted(function)
        keeps = bool(self._builtins) and name in self._builtins
        for argument in node.args:
            if isinstance(argument, _ast.Starred):
                self.starred_argument(argument.value, node)
            else:
                self.argument(argument, keeps)
        self.keywords(node, name, keeps)
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

    def argument(self, node: Any, keeps: bool) -> None:
        """Visit an argument, which the file must keep if it is a function for a built-in."""
        if keeps and (
            isinstance(node, _ast.Lambda)
            or (isinstance(node, _ast.Name) and node.id in self._bindings.functions)
        ):
            self.edits.before(self.places.start(node), f"tilt_keep({len(self.kept)}, ")
            self.kept.append(node)
            self.expression(node)
            self.edits.after(self.places.end(node), ", tilt_kept, tilt_file)")
        else:
            self.expression(node)

    def keywords(self, call: _ast.Call, function: str, keeps: bool = False) -> None:
        """Visit the keyword arguments of *call*; *function* is the text of what is called, "" if unknown."""
        names = [node.arg for node in call.keywords if node.arg]
        for node in call.keywords:
            if node.arg is None:
                if names and function and ascii_name(function) == function:
                    self.wrap_argument(node.value, "tilt_kwargs_too", call, f"{function}, {names}, ")
                else:
                    self.wrap_argument(node.value, "tilt_kwargs", call)
                continue
            self._rename(node, node.arg)
            self.argument(node.value, keeps)

    @staticmethod
    def _method_differs(node: _ast.Call, name: str) -> bool:  # noqa: PLR0911  # one for each method
        """Whether a call of the method *name* may need the prelude's."""
        if name in _METHODS or (name == "update" and any(each.arg is None for each in node.keywords)):
            return True
        first = node.args[0] if node.args else None
        if first is None or isinstance(first, _ast.Starred):
            return False
        is_text = isinstance(first, _ast.Constant) and isinstance(first.value, str)
        match name:
            case "replace":
                return node.args[2:] != []
            case "update":
                return len(node.args) == 1 and not isinstance(first, _ast.Dict)
            case "join" | "pop":
                return len(node.args) == 1 and not is_text and not node.keywords
            case "extend":
                return len(node.args) == 1 and not isinstance(first, LITERALS) and not node.keywords
        plainly_right = is_text and bool(first.value) and len(node.args) == 1  # type: ignore[attr-defined]
        return name in _CAREFUL and not plainly_right and not node.keywords

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
        self.keywords(node, f"tilt_m_{function.attr}")
        self.close(node)
