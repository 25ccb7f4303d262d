"""Writes YAML in block style, byte for byte as Tilt does.

Facts: Tilt 0.37.6 (sigs.k8s.io/yaml over go.yaml.in/yaml/v2). In Tilt the value is written as JSON, read
as YAML and written again; what that does to strings and floats is done here at once.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit._types import format_float
from tiltfile_ext.values.go.json import (
    INT64_MIN,
    UINT64_MAX,
    float_text,
    string_text,
    unsupported_float,
    valid_text,
)
from tiltfile_ext.values.yaml.scalars import stays_text

_WIDTH = 80

#: whether the first of two keys sorts before the second, when they differ at a place
Less = Callable[[str, str, int], bool]


class YAMLWriteError(ValueError):
    """The value cannot be written; ``str()`` is what follows "error serializing object to yaml: "."""


def write_document(value: Any) -> str:
    """*value*, of plain data, as one YAML document, ending in a line break.

    Raises:
        YAMLWriteError: a float without value in JSON, a control character, a key above 1022 characters.
    """
    writer = _Writer()
    writer.node(value, -2)
    writer.indent(0)
    return "".join(writer.parts)


class _Writer:
    """Keeps track of the place in the line, for folding and for what may share a line."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.column = 0
        #: only blanks and the marks "-", "?" and ":" of blocks so far in this line
        self.fresh = True
        #: a blank or nothing is before this place
        self.blank = True

    def node(self, value: Any, indent: int, *, in_mapping: bool = False) -> None:
        """Write *value*, inside a block that is indented by *indent*; the root is inside -2."""
        if isinstance(value, dict) and value:
            self._mapping(value, indent + 2)
        elif isinstance(value, list) and value:
            self._sequence(value, indent if in_mapping and not self.fresh else indent + 2)
        else:
            self._scalar(value, max(indent + 2, 2))

    def _mapping(self, value: dict[str, Any], indent: int) -> None:
        texts = {_read_back_key(key): element for key, element in value.items()}
        for key in sorted_keys(texts):
            self.indent(indent)
            if len(key.encode()) <= _LONGEST_SIMPLE_KEY and not _for(key, _BREAK).search(key):
                self._write(in_style(key, _style(key)))
                self._mark(":", block=False)
            else:
                self._mark("?")
                self._text(key, indent + 2)
                self.indent(indent)
                self._mark(":")
            self.node(texts[key], indent, in_mapping=True)

    def _sequence(self, value: list[Any], indent: int) -> None:
        for element in value:
            self.indent(indent)
            self._mark("-")
            self.node(element, indent)

    def indent(self, indent: int) -> None:
        """Go to column *indent*, in a new line unless this one is fresh and not that far."""
        if not self.fresh or self.column > indent or (self.column == indent and not self.blank):
            self.parts.append("\n")
            self.column = 0
        self.parts.append(" " * (indent - self.column))
        self.column = indent
        self.fresh = self.blank = True

    def _mark(self, mark: str, *, block: bool = True) -> None:
        """Write "-", "?" or ":"; the ":" of a key in the same line ends its being fresh."""
        if block and not self.blank:
            self.parts.append(" ")
            self.column += 1
        self.parts.append(mark)
        self.column += 1
        self.fresh = self.fresh and block
        self.blank = False

    def _write(self, text: str) -> None:
        """Write *text* without line breaks, after a blank."""
        if not self.blank:
            self.parts.append(" ")
            self.column += 1
        self.parts.append(text)
        self.column += len(text)
        self.fresh = self.blank = False

    def _scalar(self, value: Any, indent: int) -> None:
        match value:
            case str():
                self._text(_read_back(value), indent)
            case None:
                self._write("null")
            case bool():
                self._write("true" if value else "false")
            case float():
                self._write(_float(value))
            case list():
                self._write("[]")
            case dict():
                self._write("{}")
            case _:
                self._write(str(value))

    def _text(self, text: str, indent: int) -> None:
        style = _style(text)
        if style == "|":
            self._literal(text, indent)
        elif style == "'" and _for(text, _BREAK).search(text):
            self._broken(text, indent)
        else:
            written = in_style(text, style)
            if " " in written and self.column + len(written) >= _WIDTH:
                self._folded(text, style, indent)
            else:
                self._write(written)

    def _literal(self, text: str, indent: int) -> None:
        self._write("|" + _block_hints(text) + "\n")
        pad = " " * indent
        for line in _for(text, _LINE).findall(text):
            self.parts.append(line if _for(line, _BREAK).match(line) else pad + line)
        ends = _for(text[-1], _BREAK).match(text[-1]) is not None
        self.column = 0 if ends else indent + 1
        self.fresh, self.blank = ends, True

    def _broken(self, text: str, indent: int) -> None:
        """Text with the line separators U+2028 or U+2029, in single quotes."""
        lines = re.sub("([\u2028\u2029])(?=[^\u2028\u2029])", r"\1" + " " * indent, text)
        self._write(in_style(lines, "'"))
        self.column = len(_for(lines, _BREAK).split(lines)[-1]) + 1

    def _folded(self, text: str, style: str, indent: int) -> None:
        """Text broken at a blank wherever a line is longer than 80."""
        self._write(style)
        pieces = re.split("( +)", text)
        for index, piece in enumerate(pieces):
            inside = (index > 1 or pieces[0] != "") and (index < len(pieces) - 2 or pieces[-1] != "")
            if index % 2 and self.column > _WIDTH and _may_break(style, piece, inside=inside):
                self._continue(piece[1:], indent)
            else:
                self._add(_escaped(piece, style))
        self._add(style)

    def _continue(self, blanks: str, indent: int) -> None:
        """Start another line of a scalar; a backslash keeps the *blanks* it starts with."""
        self.parts.append("\n" + " " * indent)
        self.column = indent
        self._add("\\" + blanks if blanks else "")

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.column += len(text)


def _may_break(style: str, blanks: str, *, inside: bool) -> bool:
    """Whether a line may end at *blanks*: at a single one inside the text, in double quotes at several."""
    return inside if len(blanks) == 1 else style == '"' and inside


_LONGEST_SIMPLE_KEY = 128
#: patterns for texts of ASCII, and for all others: signs beyond take milliseconds to compile
_BREAK = ("[\r\n]", "[\r\n\x85\u2028\u2029]")
_LINE = ("\n|[^\n]+", "[\n\x85\u2028\u2029]|[^\n\x85\u2028\u2029]+")
_SPECIAL = ("[^\n\x20-\x7e]", "[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_BLANK_BEFORE_BREAK = (" [\r\n]", " [\r\n\x85\u2028\u2029]")
_BLANK_AFTER_BREAK = ("[\r\n] ", "[\r\n\x85\u2028\u2029] ")
STARTS_BLOCK = pattern(r"""[#,\[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|\Z)|---|\.\.\.""")
INDICATES = pattern(r":(?:[ \t]|\Z)|[ \t]#")


def _for(text: str, pattern: tuple[str, str]) -> re.Pattern[str]:
    return _compiled(pattern[0] if text.isascii() else pattern[1])


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@functools.lru_cache(maxsize=4096)
def _style(text: str) -> str:
    """How *text* is written: "" plain, "'", '"' or "|"."""
    special = _for(text, _SPECIAL).search(text) or _for(text, _BLANK_BEFORE_BREAK).search(text)
    if "\n" in text:
        return '"' if special or text.endswith(" ") else "|"
    if not stays_text(text) or special or _for(text, _BLANK_AFTER_BREAK).search(text):
        return '"'
    if text[0] == " " or text[-1] == " " or STARTS_BLOCK.match(text):
        return "'"
    return "'" if INDICATES.search(text) or _for(text, _BREAK).search(text) else ""


def in_style(text: str, style: str) -> str:
    """*text* in one line, with its quotes. A key has no room for a block: it is double-quoted."""
    style = '"' if style == "|" else style
    return f"{style}{_escaped(text, style)}{style}"


_ESCAPED = ('["\\\\\n]|' + _SPECIAL[0], '["\\\\\n\u2028\u2029]|' + _SPECIAL[1])
_SHORT = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\x85": "N", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


def _escaped(text: str, style: str) -> str:
    if style == "'":
        return text.replace("'", "''")
    if text.startswith("\ufeff"):
        return re.sub("(?s).", _escape, text)  # go-yaml looks for this mark at the wrong place
    return _for(text, _ESCAPED).sub(_escape, text) if style == '"' else text


def _escape(found: re.Match[str]) -> str:
    char = found.group()
    code = ord(char)
    if char in _SHORT:
        return "\\" + _SHORT[char]
    if code < 1 << 8:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 1 << 16 else f"\\U{code:08X}"


def _block_hints(text: str) -> str:
    """What follows "|": 2 for a blank at the start, "-" for no line break at the end, "+" for several."""
    start = "2" if text[0] == " " or _for(text, _BREAK).match(text) else ""
    if not _for(text[-1], _BREAK).match(text[-1]):
        return start + "-"
    return start + ("+" if len(text) == 1 or _for(text[-2], _BREAK).match(text[-2]) else "")


def _float(value: float) -> str:
    if problem := unsupported_float(value):
        raise YAMLWriteError(f"error marshaling into JSON: {problem}")
    text = float_text(value)
    if "." not in text and "e" not in text and INT64_MIN <= int(text) <= UINT64_MAX:
        return str(int(text))
    return format_float(value).removesuffix(".0")


_CONTROL = "[\x7f-\x84\x86-\x9f\ufffe\uffff]"
_NEXT_LINE = " *\x85[ \x85]*"
_LONGEST_KEY = 1024


def _read_back(text: str) -> str:
    """*text* after it was written as JSON and read as YAML, where U+0085 is a line break to fold."""
    if text.isascii() and "\x7f" not in text:
        return text
    if _compiled(_CONTROL).search(text):
        raise YAMLWriteError("yaml: control characters are not allowed")
    return _compiled(_NEXT_LINE).sub(_fold, valid_text(text))


def _fold(found: re.Match[str]) -> str:
    breaks = found.group().count("\x85")
    return " " if breaks == 1 else "\n" * (breaks - 1)


def _read_back_key(key: str) -> str:
    if len(key) > _LONGEST_KEY // 6 and len(string_text(key)) > _LONGEST_KEY:
        raise YAMLWriteError("yaml: did not find expected ',' or '}'")
    if "\x85" in key:
        raise YAMLWriteError("yaml: line 1: did not find expected ',' or '}'")
    return _read_back(key)


def sorted_keys(value: dict[str, Any], less: Less | None = None) -> list[str]:
    """The keys in go-yaml's order: letters after all other signs, numbers inside a key by their size.

    Versions of go-yaml differ in *less*, which of two keys that differ at a place sorts first.
    """
    if all(map(str.isalpha, value)):
        return sorted(value)
    return sorted(value, key=functools.cmp_to_key(functools.partial(_compare, less or before)))


def _compare(less: Less, first: str, second: str) -> int:
    for at, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return -1 if less(first, second, at) else 1
    return len(first) - len(second)


def before(first: str, second: str, at: int) -> bool:
    """Whether *first* sorts before *second*, when they differ at *at*."""
    a, b = first[at], second[at]
    if a.isalpha() or b.isalpha():
        return a < b if a.isalpha() and b.isalpha() else b.isalpha()
    prefix = "1" if "0" in (a, b) and _in_number(first, at) else ""
    a_digits, b_digits = _digits(first, at), _digits(second, at)
    a_number, b_number = _value(prefix + a_digits), _value(prefix + b_digits)
    if a_number != b_number:
        return a_number < b_number
    if len(a_digits) != len(b_digits):
        return len(a_digits) < len(b_digits)
    return a < b


def _in_number(text: str, at: int) -> bool:
    """Whether the digits before *at* hold one that is not 0."""
    while at and text[at - 1].isdecimal():
        at -= 1
        if text[at] != "0":
            return True
    return False


def _digits(text: str, at: int) -> str:
    end = at
    while end < len(text) and text[end].isdecimal():
        end += 1
    return text[at:end]


def _value(digits: str) -> int:
    """The number, as Go counts in 64 bits, where signs of other scripts are far from "0"."""
    number = 0
    for digit in digits:
        number = number * 10 + ord(digit) - ord("0")
    return (number + 2**63) % 2**64 - 2**63
