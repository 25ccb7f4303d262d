"""Reads the simple YAML of which most Kubernetes files consist, without importing a YAML parser.

To import PyYAML takes 15 ms of CPU, as much as to start the interpreter. What is read here means the same to
every parser: ASCII; mappings and lists in block style; scalars on one line, plain or quoted, without escapes;
lists and mappings of such scalars in flow style. For anything else the answer is `NOT_SIMPLE`.
"""

from __future__ import annotations

from typing import Any

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.go.json import INT64_MAX
from tiltfile_ext.values.yaml import scalars

#: in place of a value
NOT_SIMPLE: Any = object()

#: longer texts are worth the import
_LONGEST = 30_000
_DEEPEST = 60
#: what may begin an anchor, alias, tag, block scalar, directive or escape, or a key of its own line
_UNUSUAL = frozenset("&*!|>%@`\\?")
_NAME = "[A-Za-z][A-Za-z0-9_./-]{0,99}"
_KEY = pattern(_NAME)
_SCALAR = r""""[^"]*"|'[^']*'|[A-Za-z0-9._/-][A-Za-z0-9._/-]*(?: [A-Za-z0-9._/]+)*"""
_LIST = pattern(rf"\[ *(?:(?:{_SCALAR})(?: *, *(?:{_SCALAR}))* *)?\]")
_MAPPING = pattern(rf"\{{ *(?:{_NAME}: +(?:{_SCALAR})(?: *, *{_NAME}: +(?:{_SCALAR}))* *)?\}}")
_PAIRS = pattern(rf"({_NAME}): +({_SCALAR})")
_SCALARS = pattern(_SCALAR)


class _NotSimpleError(Exception):
    """There is something that only a parser understands."""


def read_simple(text: str) -> Any:
    """The value of the document *text*, or `NOT_SIMPLE`."""
    if len(text) > _LONGEST or not _UNUSUAL.isdisjoint(text):
        return NOT_SIMPLE
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        return NOT_SIMPLE
    try:
        return _Lines(text).document()
    except _NotSimpleError:
        return NOT_SIMPLE


class _Lines:
    """The lines of a document that are more than a comment, and the place that is being read.

    Attributes:
        indents: how many blanks each begins with; -1 after the last.
        texts: what follows.
    """

    def __init__(self, text: str) -> None:
        lines = [line for line in map(_without_comment, text.split("\n")) if line]
        if lines and lines[0] == "---":
            del lines[0]
        self.texts = [line.lstrip(" ") for line in lines]
        self.indents = [len(line) - len(rest) for line, rest in zip(lines, self.texts, strict=True)]
        self.texts.append("")
        self.indents.append(-1)
        self.at = 0

    def document(self) -> Any:
        if not self.texts[0]:
            raise _NotSimpleError
        value = self._block(self.indents[0])
        if self.indents[self.at] != -1:
            raise _NotSimpleError
        return value

    def _block(self, indent: int) -> Any:
        if indent > _DEEPEST:
            raise _NotSimpleError
        return self._list(indent) if self.texts[self.at].startswith("- ") else self._mapping(indent)

    def _list(self, indent: int) -> list[Any]:
        values = []
        while self.indents[self.at] == indent and self.texts[self.at].startswith("- "):
            rest = self.texts[self.at][2:].lstrip(" ")
            if rest.startswith("- "):
                raise _NotSimpleError
            if rest[0] not in "\"'[{" and (": " in rest or rest[-1] == ":"):
                inner = indent + len(self.texts[self.at]) - len(rest)
                self.indents[self.at], self.texts[self.at] = inner, rest
                values.append(self._mapping(inner))
            else:
                values.append(self._value(rest, indent))
        return values

    def _mapping(self, indent: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while self.indents[self.at] == indent:
            key, colon, rest = f"{self.texts[self.at]} ".partition(": ")
            if not colon or not _KEY.fullmatch(key):
                raise _NotSimpleError
            rest = rest.strip(" ")
            values[_key(key)] = self._value(rest, indent) if rest else self._below(indent)
        if self.indents[self.at] > indent:
            raise _NotSimpleError
        return values

    def _below(self, indent: int) -> Any:
        """The value of a key with nothing behind it: the lines below that are further in, or a list."""
        self.at += 1
        inner = self.indents[self.at]
        if inner > indent or (inner == indent and self.texts[self.at].startswith("- ")):
            return self._block(inner)
        return None

    def _value(self, text: str, indent: int) -> Any:
        """A value that ends with its line."""
        self.at += 1
        if self.indents[self.at] > indent:
            raise _NotSimpleError
        if text[0] == "[" and _LIST.fullmatch(text):
            return [_scalar(found) for found in _SCALARS.findall(text)]
        if text[0] == "{" and _MAPPING.fullmatch(text):
            return {_key(key): _scalar(value) for key, value in _PAIRS.findall(text)}
        return _scalar(text)


def _without_comment(line: str) -> str:
    """*line* without comment, and without blanks at its end."""
    line = line.rstrip(" ")
    if "#" not in line:
        return line
    if line.lstrip(" ")[0] == "#":
        return ""
    if " #" in line and ('"' in line or "'" in line):
        raise _NotSimpleError
    return line.partition(" #")[0].rstrip(" ")


def _key(text: str) -> str:
    """*text*, a key, if it is text and no word for something else."""
    if type(scalars.plain(text)) is not str:
        raise _NotSimpleError
    return text


def _scalar(text: str) -> Any:
    if text[0] in "\"'":
        if len(text) < len("''") or text.find(text[0], 1) != len(text) - 1:
            raise _NotSimpleError
        return text[1:-1]
    if not (text[0].isalnum() or text[0] in "._/-~") or text[:2] in ("-", "- "):
        raise _NotSimpleError
    if ": " in text or text[-1] == ":":
        raise _NotSimpleError
    value = scalars.plain(text)
    if type(value) is float or (type(value) is int and value > INT64_MAX):
        raise _NotSimpleError
    return value
