"""Python's own parser, and how a Tiltfile must be spelt for it. No spelling moves a character."""

from __future__ import annotations

import os
import re
import warnings
from threading import RLock
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


# Two things belong to the whole process: what is done about warnings, and, until Python 3.13, how deep the
# parser is in a tree. So one thread at a time parses; in a forked child, the lock is anybody's again.
_alone = RLock()


def _forget_other_threads() -> None:
    global _alone  # noqa: PLW0603
    _alone = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_other_threads)

#: where the program that we are part of parses in other threads, Python may mistake their depth for ours
_TRIES = 20


def _tree(text: str, path: str) -> Any:
    with _alone, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(_TRIES):
            try:
                return compile(text, path, "exec", _AST_ONLY, dont_inherit=True)
            except (SyntaxError, ValueError):
                return None
            except SystemError as error:
                mistake = error
    raise mistake


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
