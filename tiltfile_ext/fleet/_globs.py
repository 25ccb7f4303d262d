"""Patterns of paths, as git and shells with ``**`` understand them."""

from __future__ import annotations

import re
from functools import lru_cache

_MAGIC = re.compile(r"[*?\[]")


def has_magic(text: str) -> bool:
    """Whether *text* is a pattern, not just a path."""
    return bool(_MAGIC.search(text))


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """Matches whole paths with slashes.

    ``*`` and ``?`` stop at a slash, ``**`` between slashes stands for any number of directories, ``[a-c]``
    for one character, and a backslash takes the next character as it is.
    """
    return re.compile(_translated(pattern), re.DOTALL)


def _translated(pattern: str) -> str:
    made, at = "", 0
    while at < len(pattern):
        if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
            made, at = made + "(?:.*/)?", at + 3
        elif pattern[at:] == "**" and (at == 0 or pattern[at - 1] == "/"):
            made, at = made + ".*", at + 2
        else:
            piece, at = _piece(pattern, at)
            made += piece
    return made


def _piece(pattern: str, at: int) -> tuple[str, int]:
    """The expression for what stands at *at*, and where the next begins."""
    char = pattern[at]
    if char == "*":
        return "[^/]*", at + 1
    if char == "?":
        return "[^/]", at + 1
    if char == "\\" and at + 1 < len(pattern):
        return re.escape(pattern[at + 1]), at + 2
    end = pattern.find("]", at + 2)
    if char == "[" and end > 0:
        inside = pattern[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
        return f"[{'^' + inside[1:] if inside[0] in '!^' else inside}]", end + 1
    return re.escape(char), at + 1
