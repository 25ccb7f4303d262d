"""Reads a pattern.

It is read from left to right once, so that of several faults the first is told, as Go does. Groups that are
open are a list, not calls within calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.go.regexp import _program as program
from tiltfile_ext.values.go.regexp._classes import CharClass, Part, between
from tiltfile_ext.values.go.regexp._errors import RegexpError
from tiltfile_ext.values.go.regexp._escapes import Escapes
from tiltfile_ext.values.go.regexp._program import Code

_MOST_TIMES = 1000
_MOST_LEVELS = 1000
#: instructions; Go allows 3.3 million, which would take us minutes
_MOST_CODE = 200_000
_COUNT = pattern(r"\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}")
_NOT_LINE_END = CharClass([Part(lambda char: char != "\n", fold=False)])
_ANY = CharClass([Part(lambda _: True, fold=False)])


class Piece(NamedTuple):
    """A part that may be repeated.

    Attributes:
        times: how often the innermost part is written out, at the most.
        levels: how deep parts are within each other.
    """

    code: Code
    times: int = 1
    levels: int = 1


class _Group:
    """A group that is open: *flags* are those outside; one that *captures* is a level of its own."""

    def __init__(self, flags: frozenset[str], *, captures: bool = False) -> None:
        self.flags = flags
        self._captures = captures
        self.pieces: list[Piece] = []
        self._alternatives: list[Piece] = []

    def bar(self) -> None:
        """Begin another alternative."""
        self._alternatives.append(_joined(self.pieces))
        self.pieces = []

    def piece(self) -> Piece:
        """All that is in the group."""
        self.bar()
        made = self._alternatives
        piece = made[0] if len(made) == 1 else _above(made, program.any_of([each.code for each in made]))
        return _above([piece], piece.code) if self._captures else piece


def _joined(pieces: list[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    return _above(pieces, [each for piece in pieces for each in piece.code])


def _above(pieces: list[Piece], code: Code) -> Piece:
    return Piece(
        code,
        max((each.times for each in pieces), default=1),
        max((each.levels for each in pieces), default=0) + 1,
    )


def parsed(text: str) -> Code:
    """The pattern *text* as a program.

    Raises:
        RegexpError: Go would not read it either.
    """
    return _Parser(text).code()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        #: "i": any case, "m": lines, "s": "." is any character; "U" changes nothing about whether a text fits
        self._flags: frozenset[str] = frozenset()
        self._groups = [_Group(self._flags)]
        self._escapes = Escapes(text)
        #: where the repetition just read began, -1 if something else was read last
        self._repeated = -1

    def code(self) -> Code:
        text = self._text
        while self._at < len(text):
            before, self._repeated = self._repeated, -1
            char = text[self._at]
            counted = _COUNT.match(text, self._at)
            if char in _SIGNS or counted:
                self._repetition(before, counted)
            else:
                self._READERS.get(char, _Parser._literal)(self)
        if len(self._groups) > 1:
            raise RegexpError("missing closing )", text)
        return self._groups[0].piece().code

    def _push(self, code: Code) -> None:
        self._groups[-1].pieces.append(self._checked(Piece(code)))

    def _checked(self, piece: Piece) -> Piece:
        if len(piece.code) > _MOST_CODE:
            raise RegexpError("expression too large", self._text)
        if piece.levels > _MOST_LEVELS:
            raise RegexpError("expression nests too deeply", self._text)
        return piece

    def _char(self, char: str) -> None:
        self._push([CharClass([Part(between(char, char), fold=True)]) if "i" in self._flags else char])

    def _literal(self) -> None:
        self._char(self._escapes.char(self._at))
        self._at += 1

    def _sign(self, code: Code) -> None:
        self._push(code)
        self._at += 1

    def _dot(self) -> None:
        self._sign([_ANY if "s" in self._flags else _NOT_LINE_END])

    def _caret(self) -> None:
        self._sign([program.LINE_START if "m" in self._flags else program.TEXT_START])

    def _dollar(self) -> None:
        self._sign([program.LINE_END if "m" in self._flags else program.TEXT_END])

    def _bar(self) -> None:
        self._groups[-1].bar()
        self._at += 1

    def _close(self) -> None:
        if len(self._groups) == 1:
            raise RegexpError("unexpected )", self._text)
        group = self._groups.pop()
        self._flags = group.flags
        self._groups[-1].pieces.append(self._checked(group.piece()))
        self._at += 1

    def _open(self) -> None:
        if not self._text.startswith("(?", self._at):
            self._groups.append(_Group(self._flags, captures=True))
            self._at += 1
        elif name := _NAME_START.match(self._text, self._at):
            self._named(name.end())
        else:
            self._flagged()

    def _named(self, start: int) -> None:
        """``(?<name>`` or ``(?P<name>``."""
        end = self._text.find(">", self._at)
        if end < 0:
            raise RegexpError("invalid named capture", self._escapes.rest(self._at))
        if not _NAME.fullmatch(self._text, start, end):
            raise RegexpError("invalid named capture", self._text[self._at : end + 1])
        self._groups.append(_Group(self._flags, captures=True))
        self._at = end + 1

    def _flagged(self) -> None:
        """``(?i)``, ``(?i-s:`` and the like."""
        found = _FLAGS.match(self._text, self._at)
        if not found:
            self._escapes.rest(self._at)
            fault = _FAULTY_FLAGS.match(self._text, self._at)
            raise RegexpError("invalid or unsupported Perl syntax", fault.group() if fault else "")
        flags = (self._flags | set(found[1])) - set(found[2] or "")
        if found[3] == ":":
            self._groups.append(_Group(self._flags))
        self._flags = flags
        self._at = found.end()

    def _repetition(self, before: int, counted: re.Match[str] | None) -> None:
        """``*``, ``+``, ``?`` or ``{2,3}``; *before* is where another one began just before, or -1."""
        text, start = self._text, self._at
        least, most = _times(counted) if counted else _SIGNS[text[start]]
        end = counted.end() if counted else start + 1
        if text.startswith("?", end):
            end += 1
        if before >= 0:
            raise RegexpError("invalid nested repetition operator", text[before:end])
        pieces = self._groups[-1].pieces
        if not pieces:
            raise RegexpError("missing argument to repetition operator", text[start:end])
        inner = pieces[-1]
        times = 0 if counted and most == 0 else inner.times * max(1, (most or least) if counted else 1)
        if counted and max(least, most or 0) > 1 and times > _MOST_TIMES:
            raise RegexpError("invalid repeat count", text[start:end])
        if len(inner.code) * (most or least) > _MOST_CODE:
            raise RegexpError("expression too large", text)
        code = program.repeated(inner.code, least, most)
        pieces[-1] = self._checked(Piece(code, times, inner.levels + 1))
        self._at, self._repeated = end, start

    def _escape(self) -> None:
        """What begins with a backslash, outside of a class."""
        two = self._text[self._at : self._at + 2]
        if two == r"\Q":
            self._quoted()
        elif two in _PLACES:
            self._push([_PLACES[two]])
            self._at += 2
        elif two == r"\C":
            raise RegexpError("invalid escape sequence", two)
        elif found := self._escapes.group(self._at, fold="i" in self._flags):
            part, self._at = found
            self._push([CharClass([part])])
        else:
            char, self._at = self._escapes.escaped(self._at)
            self._char(char)

    def _quoted(self) -> None:
        r"""``\Q…\E``, or up to the end."""
        end = self._text.find(r"\E", self._at)
        last = len(self._text) if end < 0 else end
        for at in range(self._at + 2, last):
            self._char(self._escapes.char(at, last))
        self._at = last if end < 0 else end + 2

    def _class(self) -> None:
        """``[…]``."""
        found, self._at = self._escapes.char_class(self._at, fold="i" in self._flags)
        self._push([found])

    _READERS: ClassVar[dict[str, Callable[[_Parser], None]]] = {
        "(": _open, "|": _bar, ")": _close, "^": _caret, "$": _dollar, ".": _dot, "[": _class, "\\": _escape,
    }  # fmt: skip


def _times(count: re.Match[str]) -> tuple[int, int | None]:
    """The least and most times of ``{2,3}``."""
    least = _int(count[1])
    most = least if not count[2] else _int(count[3]) if count[3] else None
    if max(least, most or 0) > _MOST_TIMES or (most is not None and least > most):
        raise RegexpError("invalid repeat count", count.group())
    return least, most


def _int(digits: str) -> int:
    """The number of *digits*, or one that is too large."""
    return int(digits) if len(digits) <= len(str(_MOST_TIMES)) else _MOST_TIMES + 1


_SIGNS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_PLACES = {
    r"\A": program.TEXT_START,
    r"\z": program.TEXT_END,
    r"\b": program.BOUNDARY,
    r"\B": program.NO_BOUNDARY,
}
_NAME_START = pattern(r"\(\?(?:P<(?=.)|<(?=.))", re.DOTALL)
_NAME = pattern(r"[0-9A-Za-z_]+")
_FLAGS = pattern(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
#: up to the first character that cannot be
_FAULTY_FLAGS = pattern(r"\(\?[imsU]*(?:-(?:[imsU]+(?=[^:)])|)|)(?:.|\Z)", re.DOTALL)
