"""Parses kubectl's JSONPath; see `json_path`."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from tiltfile_ext.starkit import Data
from tiltfile_ext.starkit._patterns import pattern


class JSONPathError(ValueError):
    """The path cannot be read, or does not fit the data; ``str()`` is kubectl's message."""


class Literal(Data):
    """A value of the path itself; text outside braces stands for every object at once."""

    value: Any
    is_text: bool = False


class Field(Data):
    """``.name``."""

    name: str


class Wildcard(Data):
    """``.*``: all parts."""


class Recursive(Data):
    """``..``: a value and all below it."""


class Slice(Data):
    """``[start:end:step]``; a lone index is the slice of one element."""

    start: int | None
    end: int | None
    step: int | None
    single: bool = False


class Identifier(Data):
    """``range``, ``end``, or a word that means nothing."""

    name: str


class Union(Data):
    """``[a,b]``."""

    branches: tuple[list[Any], ...]


class Filter(Data):
    """``[?(left operator right)]``; the operator is "exists" where there is none."""

    left: list[Any]
    right: list[Any]
    operator: str


Node = Literal | Field | Wildcard | Recursive | Slice | Identifier | Union | Filter | list[Any]

_DICT_KEY = pattern(r"'([^']*)'")
_SLICE = pattern(r"(-?\d*)(:-?\d*)?(:-?\d*)?", re.ASCII)
_COMPARISON = pattern(r"([^!<>=]+)([!<>=]+)(.+)")
_ENDS_WORD = frozenset(" \t\r\n.,[]$@{}")


def parse_nodes(text: str) -> list[Node]:
    """The nodes of a path: texts and, for each action, a list of nodes.

    Raises:
        JSONPathError: "unclosed action", …
    """
    return _Parser(text).template()


def _action(text: str) -> list[Any]:
    """The nodes of what stands between braces."""
    first = parse_nodes(f"{{{text}}}")[0]
    return first if isinstance(first, list) else []


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def template(self) -> list[Node]:
        """Text and actions to the end."""
        nodes: list[Node] = []
        while self.at < len(self.text):
            brace = self.text.find("{", self.at)
            end = len(self.text) if brace < 0 else brace
            if end > self.at:
                nodes.append(Literal(self.text[self.at : end], is_text=True))
            self.at = end
            if brace >= 0:
                self.at += 1
                nodes.append(self._inside())
        return nodes

    def _inside(self) -> list[Node]:
        nodes: list[Node] = []
        while True:
            char = self._peek()
            if char == "}":
                self.at += 1
                return nodes
            if char in ("", "\n", "\r"):
                raise JSONPathError("unclosed action")
            if char in " @$":
                self.at += 1
                continue
            nodes += self._node(char)

    def _node(self, char: str) -> list[Any]:  # noqa: PLR0911  # one return for each form
        if self.text.startswith("[?(", self.at):
            return [self._filter()]
        if self.text.startswith("..", self.at):
            return self._recursive()
        if char == "[":
            return self._array()
        if char in "\"'":
            return [self._quoted(char)]
        if char == ".":
            return [self._field()]
        if char in "+-" or char.isdigit():
            return [self._number()]
        if char == "_" or char.isalpha():
            return [self._identifier()]
        raise JSONPathError(f"unrecognized character in action: U+{ord(char):04X} '{char}'")

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _recursive(self) -> list[Any]:
        self.at += 2
        char = self._peek()
        if char and (char == "_" or char.isalnum()):
            return [Recursive(), Field(self._word(self.at))]
        return [Recursive()]

    def _field(self) -> Node:
        self.at += 1
        name = self._word(self.at)
        return Wildcard() if name == "*" else Field(name.replace("\\", ""))

    def _word(self, start: int) -> str:
        while self.at < len(self.text) and self._peek() not in _ENDS_WORD:
            self.at += 2 if self._peek() == "\\" else 1
        self.at = min(self.at, len(self.text))
        return self.text[start : self.at]

    def _identifier(self) -> Node:
        start = self.at
        while self._peek() and self._peek() not in _ENDS_WORD:
            self.at += 1
        word = self.text[start : self.at]
        return Literal(word == "true") if word in ("true", "false") else Identifier(word)

    def _number(self) -> Node:
        start = self.at
        self.at += self._peek() in "+-"
        while self._peek() == "." or self._peek().isdigit():
            self.at += 1
        text = self.text[start : self.at]
        for read in (int, float):
            try:
                return Literal(read(text))
            except ValueError:
                pass
        raise JSONPathError(f"cannot parse number {text}")

    def _quoted(self, quote: str) -> Node:
        start = self.at
        self.at += 1
        while True:
            char = self._peek()
            if char in ("", "\n"):
                raise JSONPathError("unterminated quoted string")
            self.at += 1
            if char == quote and self.text[self.at - 2] != "\\":
                return Literal(_unquoted(self.text[start : self.at]), is_text=True)

    def _array(self) -> list[Any]:
        end = self.text.find("]", self.at)
        newline = self.text.find("\n", self.at)
        if end < 0 or 0 <= newline < end:
            raise JSONPathError("unterminated array")
        text, self.at = self.text[self.at + 1 : end], end + 1
        branches = text.split(",")
        if len(branches) > 1:
            return [Union(tuple(_action(f"[{branch.strip(' ')}]") for branch in branches))]
        if key := _DICT_KEY.fullmatch(text):
            return _action(f".{key.group(1)}")
        return [_slice(":" if text == "*" else text)]

    def _filter(self) -> Node:
        self.at += 3
        start = self.at
        self._to_end_of_filter()
        text = self.text[start : self.at - 1]
        if self._peek() != "]":
            raise JSONPathError("unclosed array expect ]")
        self.at += 1
        found = _COMPARISON.fullmatch(text)
        if found is None:
            return Filter(_action(text), [], "exists")
        left, operator, right = found.groups()
        return Filter(_action(left), _action(right), operator)

    def _to_end_of_filter(self) -> None:
        """To behind the ")" that is not in quotes."""
        pair, closed = "", False
        while True:
            char = self._peek()
            if char in ("", "\n"):
                raise JSONPathError("unterminated filter")
            self.at += 1
            if char in "\"'" and not pair:
                pair = char
            elif char in "\"'" and char == pair and self.text[self.at - 2] != "\\":
                closed = True
            elif char == ")" and bool(pair) == closed:
                return


def _slice(text: str) -> Node:
    found = _SLICE.fullmatch(text)
    if found is None:
        raise JSONPathError(f"invalid array index {text}")
    start, end, step = found.groups()
    first = _index(start)
    single = end is None
    last = (first or 0) + 1 if single else _index(end[1:])
    return Slice(first, last, _index(step[1:]) if step else None, single)


def _index(text: str) -> int | None:
    if text == "-":
        _fail_index(text)
    return int(text) if text else None


def _fail_index(text: str) -> NoReturn:
    raise JSONPathError(f"array index {text} is not a number")


_ESCAPED = pattern(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{3}|.)", re.DOTALL)
_SIGNS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def _unquoted(text: str) -> str:
    quote = text[0]

    def sign(found: re.Match[str]) -> str:
        code = found.group(1)
        if code[0] in "uUx" and len(code) > 1:
            return chr(int(code[1:], 16))
        if len(code) > 1:
            return chr(int(code, 8))
        if code not in _SIGNS and code != quote:
            raise JSONPathError(f"unquote string {text} error invalid syntax")
        return _SIGNS.get(code, code)

    return _ESCAPED.sub(sign, text[1:-1])
