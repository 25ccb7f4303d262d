"""Finds where a statement goes that is to run before all others.

Above the first statement means: below what is said about the file, above what is said about the statement.
"""

from __future__ import annotations

import re
from itertools import dropwhile, takewhile

from tiltfile_ext.check._fix import Edit
from tiltfile_ext.check.fix._lines import Lines
from tiltfile_ext.starkit.grammar import Scanner, Token

#: what is about the file, even where the first statement follows directly: lines at the top of a comment,
#: the comment down to a line, a comment as a whole
_EDITOR_LINE = re.compile(r"#!|-\*-|\b(vim?|ex):|\bcoding[:=]")
_IGNORE_FILE = re.compile(r"#\s*tiltfile:\s*ignore-file\b")
_LICENSE = re.compile(r"copyright|licen[sc]e|SPDX", re.IGNORECASE)


def insertion(lines: Lines, statement: str) -> Edit:
    """The edit that puts *statement* on a line of its own, before every other statement but a docstring."""
    above = _lines_above(lines)
    bodies, newline = lines.bodies, lines.newline
    if above == len(bodies):  # the last line is about the file, and has no end
        return _insert(above, len(bodies[-1]) + 1, newline + newline + statement)
    before = newline if above and bodies[above - 1].strip() else ""
    after = newline if bodies[above].strip() else ""
    return _insert(above + 1, 1, before + statement + newline + after)


def _insert(line: int, column: int, text: str) -> Edit:
    return Edit(line, column, line, column, text)


def _lines_above(lines: Lines) -> int:
    """How many lines the statement goes below."""
    first, second = _first_tokens(lines.normal)
    if first.kind == "end of file":
        return _without_blanks(lines.bodies)
    if first.kind == "string literal" and second.kind in ("newline", "end of file"):
        return lines.place(first.end)[0]
    return _above_comments(lines.bodies, lines.place(first.start)[0] - 1)


def _first_tokens(text: str) -> tuple[Token, Token]:
    """The first token that is more than a line end, and the one behind it."""
    tokens = dropwhile(lambda token: token.kind == "newline", Scanner(text).tokens())
    return next(tokens), next(tokens)


def _without_blanks(bodies: list[str]) -> int:
    """How many lines there are without the blank ones at the end."""
    return len(bodies) - sum(1 for _ in takewhile(lambda body: not body.strip(), reversed(bodies)))


def _above_comments(bodies: list[str], first: int) -> int:
    """How many of the *first* lines are left without the comment that the statement has right above it."""
    comment = sum(1 for _ in takewhile(lambda body: body.strip().startswith("#"), reversed(bodies[:first])))
    top = first - comment
    if any(map(_LICENSE.search, bodies[top:first])):
        return first
    editor_lines = takewhile(_EDITOR_LINE.search, bodies[top:first])
    ignoring = [number for number in range(top, first) if _IGNORE_FILE.search(bodies[number])]
    return max([top + sum(1 for _ in editor_lines), *(number + 1 for number in ignoring)])
