"""Python's own parser, and how a Tiltfile must be spelt for it. No spelling moves a character."""

from __future__ import annotations

import re
import warnings
from typing import Any

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit.rewrite._edits import Edit, apply
from tiltfile_ext.starkit.rewrite._lexical import Lexical

_AST_ONLY = 0x400
_LOAD = pattern(r"^load[ \t]*\(", re.MULTILINE)
_ALIAS = pattern(r"""([^\W\d]\w*\s*)=(\s*['"])""")
_ASSERT = pattern(r"\bassert\b")
#: to the parser the same letter, once it has told keywords from names
_WIDE_A = "\uff41"


def parse(text: str, path: str) -> tuple[str, Any]:
    """*text* as Python can parse it, and its tree: None if Python refuses it."""
    text = _without_aliases(text.replace("\0", " "))
    tree = _tree(text, path)
    if tree is None and "assert" in text:
        text = _without_assert(text)
        tree = _tree(text, path)
    return text, tree


def _tree(text: str, path: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return compile(text, path, "exec", _AST_ONLY, dont_inherit=True)
        except (SyntaxError, ValueError):
            return None


def _without_aliases(text: str) -> str:
    """``load("x", a="b", "c")`` is no Python: a comma for the ``=``."""
    if "load" not in text:
        return text
    edits: list[Edit] = []
    for match in _LOAD.finditer(text):
        end = text.find(")", match.end())
        arguments = text[match.end() : end]
        if end > 0 and "=" in arguments:
            edits.append((match.end(), end, _ALIAS.sub(r"\1,\2", arguments)))
    return apply(text, edits) if edits else text


def _without_assert(text: str) -> str:
    """``assert`` is a name in Tilt, and a keyword in Python."""
    edits = [
        (match.start(), match.start() + 1, _WIDE_A)
        for start, end in Lexical(text).code()
        for match in _ASSERT.finditer(text, start, end)
    ]
    return apply(text, edits)
