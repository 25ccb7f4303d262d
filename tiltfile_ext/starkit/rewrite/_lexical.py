"""Strings, comments and blanks: what has to be known before a file can be parsed at all."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit.rewrite._edits import Edit

_STRING = r"""
    \"{3}(?:[^\\]|\\.)*?\"{3} | '{3}(?:[^\\]|\\.)*?'{3} | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'
"""
_TOKENS = pattern(
    rf"(?P<comment>\#[^\n]*)|(?P<prefix>[A-Za-z]{{0,2}})(?P<string>{_STRING})", re.VERBOSE | re.DOTALL
)
_BRACKETS = pattern(r"[()\[\]{}\n]")
_BAD_ESCAPE = pattern(
    r"\\(?:[^abfnrtv'\"\\\n\r01234567xuU]|x[89a-fA-F]|u[dD][89a-fA-F]|[0-3]?[0-7]{3}|U(?!000[0-9a-fA-F]|0010))"
)
_TAB_WIDTH = 8


class Lexical:
    """Where the strings and comments of a text are."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = list(_TOKENS.finditer(text))
        self._starts = [token.start() for token in self._tokens]

    def covers(self, offset: int) -> int:
        """The end of the string or comment that *offset* is in, 0 if it is in none."""
        place = bisect_right(self._starts, offset) - 1
        if place < 0 or self._tokens[place].end() <= offset:
            return 0
        return self._tokens[place].end()

    def end(self) -> int:
        """Where the text ends for Tilt: at the first NUL that is in no string, or at its end."""
        strings = [token.span("string") for token in self._tokens if token["string"]]
        found = (match.start() for match in re.finditer("\0", self.text))
        return next((at for at in found if not any(a <= at < b for a, b in strings)), len(self.text))

    def has_odd_escape(self) -> bool:
        """Whether some string has an escape that Tilt may refuse."""
        return any(
            "\\" in token["string"] and _BAD_ESCAPE.search(token["string"])
            for token in self._tokens
            if token["string"] and "r" not in token["prefix"].lower()
        )

    def code(self) -> Iterator[tuple[int, int]]:
        """The stretches between strings and comments."""
        start = 0
        for token in self._tokens:
            yield start, token.start()
            start = token.end()
        yield start, len(self.text)

    def line_starts_in_code(self) -> set[int]:
        """Offsets of the lines that no bracket or string is open at, where blanks mean indentation."""
        starts, depth = {0}, 0
        for start, end in self.code():
            for match in _BRACKETS.finditer(self.text, start, end):
                char = match.group()
                if char == "\n":
                    if not depth:
                        starts.add(match.end())
                elif char in "([{":
                    depth += 1
                else:
                    depth = max(0, depth - 1)
        return starts


def expand_tabs(text: str) -> list[Edit]:
    """Edits that put spaces for the tabs of *text*: in an indentation as many as Tilt counts, else one."""
    lexical = Lexical(text)
    indents = lexical.line_starts_in_code()
    edits: list[Edit] = []
    at = text.find("\t")
    while at >= 0:
        covered = lexical.covers(at)
        if covered:
            at = text.find("\t", covered)
            continue
        line = text.rfind("\n", 0, at) + 1
        edit = (at, at + 1, " ")
        if line in indents and not text[line:at].strip(" \t"):
            edit = _indentation(text, line)
        edits.append(edit)
        at = text.find("\t", edit[1])
    return edits


def _indentation(text: str, line: int) -> Edit:
    """A tab advances by 8, less the number of characters before it."""
    end, column = line, 0
    while end < len(text) and text[end] in " \t":
        column += 1 if text[end] == " " else _TAB_WIDTH - (end - line) % _TAB_WIDTH
        end += 1
    return line, end, " " * column
