r"""Reads what stands for characters: ``\n``, ``\x{e9}``, ``\d``, ``\pL``, ``[a-z[:digit:]]``."""

from __future__ import annotations

import re

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.go.regexp._classes import (
    PERL,
    POSIX,
    CharClass,
    Part,
    between,
    one_of,
    unicode_test,
)
from tiltfile_ext.values.go.regexp._errors import RegexpError

_BAD_RANGE = "invalid character class range"
_PLAIN = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_STRAY = pattern("[\ud800-\udfff]")
_OCTAL = pattern("0[0-7]{0,2}|[1-7][0-7]{1,2}")
_HEX = pattern(r"x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))")
#: up to the first character that cannot be
_FAULTY_HEX = pattern(r"x(?:\{[0-9A-Fa-f]*.?|[^{].?|)", re.DOTALL)
#: up to the digit that makes it too large
_TOO_LARGE = pattern(r"x\{0*(?:10[0-9A-Fa-f]{5}|1[1-9A-Fa-f][0-9A-Fa-f]{4}|[2-9A-Fa-f][0-9A-Fa-f]{5})")
_GROUP = pattern(r"\\([dswDSW])|\\([pP])(?:\{(\^?)([^}]*)\}|(?!\{)(.?))", re.DOTALL)
_POSIX_CLASS = pattern(r"\[:(.*?):\]", re.DOTALL)
_LAST = 0x10FFFF


class Escapes:
    """Reads them from *text*; every method takes the place where to begin, most return where they ended.

    Raises:
        RegexpError: they cannot be read.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def rest(self, at: int) -> str:
        """All from *at* on, if it is proper text."""
        if _STRAY.search(self._text, at):
            raise RegexpError("invalid UTF-8", self._text[at:])
        return self._text[at:]

    def char(self, at: int, end: int | None = None) -> str:
        """The character at *at*; *end* is where an error's words end."""
        char = self._text[at : at + 1]
        if _STRAY.match(char):
            raise RegexpError("invalid UTF-8", self._text[at:end])
        return char

    def escaped(self, at: int) -> tuple[str, int]:
        """The character that the escape at *at* stands for."""
        text = self._text
        if at + 1 == len(text):
            raise RegexpError("trailing backslash at end of expression", "")
        char = self.char(at + 1)
        if char in _PLAIN:
            return _PLAIN[char], at + 2
        if octal := _OCTAL.match(text, at + 1):
            return chr(int(octal.group(), 8)), octal.end()
        if char == "x":
            return self._hexadecimal(at)
        if char.isascii() and not char.isalnum():
            return char, at + 2
        raise RegexpError("invalid escape sequence", text[at : at + 2])

    def _hexadecimal(self, at: int) -> tuple[str, int]:
        found = _HEX.match(self._text, at + 1)
        if found and (code := int(found[1] or found[2], 16)) <= _LAST:
            return chr(code), found.end()
        fault = (_TOO_LARGE if found else _FAULTY_HEX).match(self._text, at + 1)
        raise RegexpError("invalid escape sequence", "\\" + (fault.group() if fault else ""))

    def group(self, at: int, *, fold: bool) -> tuple[Part, int] | None:
        r"""A class such as ``\d`` or ``\p{Greek}``; None if there is none."""
        found = _GROUP.match(self._text, at)
        if not found:
            if self._text.startswith((r"\p{", r"\P{"), at):
                raise RegexpError(_BAD_RANGE, self.rest(at))
            return None
        if letter := found[1]:
            return Part(PERL[letter.lower()], fold=fold, positive=letter.islower()), found.end()
        name = found[4] if found[5] is None else found[5]
        test = unicode_test(name)
        if test is None:
            raise RegexpError(_BAD_RANGE, found.group())
        positive = (found[2] == "p") == (not found[3])
        return Part(test, fold=fold, positive=positive), found.end()

    def char_class(self, start: int, *, fold: bool) -> tuple[CharClass, int]:
        """``[…]``."""
        text, at = self._text, start + 1
        negated = text.startswith("^", at)
        at += negated
        parts: list[Part] = []
        while not parts or not text.startswith("]", at):
            part, at = self._member(start, at, fold=fold)
            parts.append(part)
        return CharClass(parts, negated=negated), at + 1

    def _member(self, start: int, at: int, *, fold: bool) -> tuple[Part, int]:
        """One part of the class that begins at *start*."""
        if found := _POSIX_CLASS.match(self._text, at):
            name = found[1].removeprefix("^")
            if name not in POSIX:
                raise RegexpError(_BAD_RANGE, found.group())
            return Part(one_of(POSIX[name]), fold=fold, positive=name == found[1]), found.end()
        if group := self.group(at, fold=fold):
            return group
        first, end = self._bound(start, at)
        last = first
        if self._text.startswith("-", end) and self._text[end + 1 : end + 2] not in ("", "]"):
            last, end = self._bound(start, end + 1)
            if last < first:
                raise RegexpError(_BAD_RANGE, self._text[at:end])
        return Part(between(first, last), fold=fold), end

    def _bound(self, start: int, at: int) -> tuple[str, int]:
        """A character of a class."""
        if at >= len(self._text):
            raise RegexpError("missing closing ]", self._text[start:])
        if self._text[at] == "\\":
            return self.escaped(at)
        return self.char(at), at + 1
