"""decode_json and encode_json: JSON with the values, texts and messages of Tilt.

Facts: Tilt 0.37.6, Go encoding/json. Go numbers keep their text until the whole document is read:
one with a point becomes a float, any other must be a signed 64-bit integer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from tiltfile_ext.starkit import Data
from tiltfile_ext.starkit._errors import BuiltinError
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit._types import quote
from tiltfile_ext.values.go.json import (
    INT64_MAX,
    INT64_MIN,
    float_text,
    string_text,
    structured,
    unsupported_float,
)

_SPACE = " \t\n\r"
_MAX_DEPTH = 10000
_LONGEST_INT = 20


def decode(text: str, source: str = "") -> Any:
    """The value of the JSON document *text*; *source* is a path to name in messages, if any.

    Objects become dicts in the order of the text (Tilt's order is random), the last of equal keys wins.

    Raises:
        BuiltinError: "error parsing JSON: …" or "error converting JSON to Starlark: …".
    """
    where = f" from {source}" if source else ""
    try:
        value, end = _read(text)
    except JSONSyntaxError as error:
        raise BuiltinError(f"error parsing JSON{where}: {error}") from None
    if text[end:].lstrip(_SPACE)[:1] not in ("", "]", "}"):
        raise BuiltinError(f"error parsing JSON{where}: found multiple JSON values")
    for bad in _bad_numbers(value) if _NO_NUMBER.search(text) else ():
        raise BuiltinError(f"error converting JSON to Starlark{where}: {bad.message}")
    return value


def unmarshal(text: str) -> Any:
    """The value of *text* with every number a float, as settings on the command line are read.

    Raises:
        JSONSyntaxError: the words of Go's ``json.Unmarshal``, which differ at the end of the text.
    """
    reader = _Reader(text + " ", _as_float)  # Go tries a space before it says that the text is too short
    try:
        value, _ = reader.read()
    except JSONSyntaxError as error:
        raise JSONSyntaxError(_TOO_SHORT if str(error) in _AT_END else str(error)) from None
    if rest := text[reader.at :].lstrip(_SPACE):
        raise JSONSyntaxError(f"invalid character {_quoted(rest[0])} after top-level value")
    for bad in _bad_numbers(value):
        raise JSONSyntaxError(bad.message)
    return value


def stream_error(text: str) -> JSONSyntaxError | None:
    """Why Go's decoder of a stream cannot read the first value of *text*; None if it can."""
    try:
        _Reader(text).read()
    except JSONSyntaxError as error:
        return error
    return None


_AT_END = ("EOF", "unexpected EOF")
_TOO_SHORT = "unexpected end of JSON input"


def _as_float(text: str) -> Any:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        return _BadNumber(f"json: cannot unmarshal number {text} into Go value of type float64")
    return value


class JSONSyntaxError(ValueError):
    """The text is not JSON; ``str()`` is the message of Go's decoder.

    ``at`` is the index of the character that does not belong there, None where the text ends too early.
    """

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.at = at


class _BadNumber(Data):
    """Stands for a number without value: only if it stays in the document it is an error."""

    message: str


#: where a document without this has only good numbers
_NO_NUMBER = pattern("[0-9][eE]|[0-9]{19}")


def _number(text: str) -> int | float | _BadNumber:
    try:
        return number(text)
    except ValueError as error:
        return _BadNumber(str(error))


def _bad_numbers(value: Any) -> Iterator[_BadNumber]:
    """The bad numbers in *value*, in the order of the text, without recursion."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, _BadNumber):
            yield value
        elif isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            waiting.extend(reversed(value.values()))


def number(text: str) -> int | float:
    """A JSON number as Tilt takes it: with a point a float, else a signed 64-bit integer.

    Raises:
        ValueError: the words of Go's strconv: 'strconv.ParseInt: parsing "1e3": invalid syntax'.
    """
    if "." in text:
        value = float(text)
        if value in (float("inf"), float("-inf")):
            raise ValueError(f"strconv.ParseFloat: parsing {quote(text)}: value out of range")
        return value
    if "e" in text or "E" in text:
        raise ValueError(f"strconv.ParseInt: parsing {quote(text)}: invalid syntax")
    if len(text) > _LONGEST_INT or not INT64_MIN <= int(text) <= INT64_MAX:
        raise ValueError(f"strconv.ParseInt: parsing {quote(text)}: value out of range")
    return int(text)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_int=_number, parse_float=_number, parse_constant=_refuse)


def _read(text: str) -> tuple[Any, int]:
    """The first value of *text*, and where it ends. Python's reader first, then one that knows why."""
    start = len(text) - len(text.lstrip(_SPACE))
    if text[start : start + 1] in ("{", "[", '"'):
        try:
            value, end = _DECODER.raw_decode(text, start)
            return (_whole(value) if _SURROGATES.search(text) else value), end
        except (ValueError, RecursionError):
            pass
    return _Reader(text).read()


#: bytes that are no UTF-8, or escapes that may name half a character: Go puts U+FFFD there
_SURROGATES = pattern(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")
_HALF = pattern("[\ud800-\udfff]")


def _whole(value: Any) -> Any:
    """*value* with U+FFFD for each half of a character."""
    match value:
        case str():
            return _HALF.sub("\ufffd", value)
        case list():
            return [_whole(element) for element in value]
        case dict():
            return {_whole(key): _whole(element) for key, element in value.items()}
    return value


_NUMBER = pattern(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_STRING = pattern(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"')
_WORDS = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}


class _Reader:
    """Reads one value without recursion and says what Go says where it fails."""

    def __init__(self, text: str, number: Callable[[str], Any] = _number) -> None:
        self.text = text
        self.number = number
        self.at = 0
        self.open: list[list[Any] | dict[str, Any]] = []
        self.keys: list[str] = []

    def read(self) -> tuple[Any, int]:
        if not self._space():
            raise JSONSyntaxError("EOF")
        value, done = self._begin(empty_ends="")
        while self.open:
            value, done = self._next() if done is None else self._attach(value)
        return value, self.at

    def _attach(self, value: Any) -> tuple[Any, Any]:
        """Put a finished value in its container; then comma, or the end of the container."""
        container = self.open[-1]
        if isinstance(container, list):
            container.append(value)
            self._close_or_comma("]", "after array element")
        else:
            container[self.keys.pop()] = value
            self._close_or_comma("}", "after object key:value pair")
        return (self.open.pop(), True) if self.text[self.at - 1] in "]}" else (None, None)

    def _next(self) -> tuple[Any, Any]:
        """The value that comes after a comma or an opening bracket."""
        container = self.open[-1]
        if isinstance(container, dict):
            if not container and self._peek() == "}":
                self.at += 1
                return self.open.pop(), True
            self._key()
            return self._begin(empty_ends="")
        return self._begin(empty_ends="" if container else "]")

    def _key(self) -> None:
        self._space()
        if self._char() != '"':
            self._fail("looking for beginning of object key string")
        key = self._string()
        self._space()
        if self._char() != ":":
            self._fail("after object key")
        self.at += 1
        self.keys.append(key)

    def _close_or_comma(self, close: str, context: str) -> None:
        self._space()
        if self._char() not in (close, ","):
            self._fail(context)
        self.at += 1

    def _begin(self, empty_ends: str) -> tuple[Any, Any]:
        """Read a scalar, or open a container: then the second of the pair is None."""
        self._space()
        char = self._char()
        if char == empty_ends:
            self.at += 1
            return self.open.pop(), True
        if char in "{[":
            return self._open(char)
        if char == '"':
            return self._string(), True
        if char in _WORDS:
            return self._word(*_WORDS[char]), True
        if char == "-" or char in "0123456789":
            return self._numeral(), True
        return self._fail("looking for beginning of value")

    def _open(self, char: str) -> tuple[Any, Any]:
        self.at += 1
        self.open.append({} if char == "{" else [])
        if len(self.open) > _MAX_DEPTH:
            raise JSONSyntaxError("exceeded max depth")
        return None, None

    def _word(self, word: str, value: Any) -> Any:
        for index in range(1, len(word)):
            self.at += 1
            if self._char() != word[index]:
                self._fail(f"in literal {word} (expecting {_quoted(word[index])})")
        self.at += 1
        return value

    def _numeral(self) -> Any:
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            self.at += 1
            self._char()
            self._fail("in numeric literal")
        self.at = found.end()
        rest = self.text[self.at : self.at + 3]
        if rest[:1] == "." and not {".", "e", "E"} & set(found.group()):
            self._fail_at(1, "after decimal point in numeric literal")
        if rest[:1] in ("e", "E") and not {"e", "E"} & set(found.group()):
            self._fail_at(2 if rest[1:2] in ("+", "-") else 1, "in exponent of numeric literal")
        return self.number(found.group())

    def _string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if found is None:
            self._fail_in_string()
        self.at = found.end()
        return _HALF.sub("\ufffd", json.loads(found.group()))

    def _fail_in_string(self) -> NoReturn:
        good = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*')
        self.at = good.match(self.text, self.at).end()  # type: ignore[union-attr]  # starts with a quote
        if self._char() != "\\":
            self._fail("in string literal")
        self.at += 1
        if self._char() != "u":
            self._fail("in string escape code")
        while self._char(1) in "0123456789abcdefABCDEF":
            self.at += 1
        self._fail_at(1, "in \\u hexadecimal character escape")

    def _peek(self) -> str:
        self._space()
        return self._char()

    def _space(self) -> bool:
        """Skip white space; False at the end of the text."""
        while self.text[self.at : self.at + 1] in (" ", "\t", "\n", "\r"):
            self.at += 1
        return self.at < len(self.text)

    def _char(self, ahead: int = 0) -> str:
        if self.at + ahead >= len(self.text):
            raise JSONSyntaxError("unexpected EOF")
        return self.text[self.at + ahead]

    def _fail_at(self, ahead: int, context: str) -> NoReturn:
        self._char(ahead)
        self.at += ahead
        self._fail(context)

    def _fail(self, context: str) -> NoReturn:
        raise JSONSyntaxError(f"invalid character {_quoted(self.text[self.at])} {context}", self.at)


def _quoted(char: str) -> str:
    """One byte in single quotes, as Go's decoder names it: the first byte of a longer character."""
    if char == "'":
        return r"'\''"
    if char == '"':
        return "'\"'"
    first = chr(char.encode("utf-8", "surrogateescape")[0])
    return f"'{quote(first)[1:-1]}'"


def encode(value: object) -> str:
    """*value* as JSON: two spaces of indent, keys sorted, a newline at the end.

    Raises:
        BuiltinError: "error converting object from starlark: …" or "error serializing object to json: …".
    """
    return "".join(_chunks(structured(value), "\n")) + "\n"


def _chunks(value: Any, newline: str) -> Iterator[str]:
    """The text of *value* in pieces; *newline* is a line break with the indent of the value."""
    match value:
        case [_, *_]:
            yield from _items(((None, element) for element in value), newline, "[]")
        case dict() if value:
            yield from _items(sorted(value.items(), key=_first), newline, "{}")
        case _:
            yield _scalar(value)


def _first(pair: tuple[str, Any]) -> str:
    return pair[0]


def _items(pairs: Any, newline: str, brackets: str) -> Iterator[str]:
    inner = newline + "  "
    before = brackets[0] + inner
    for key, element in pairs:
        yield before if key is None else f"{before}{string_text(key)}: "
        yield from _chunks(element, inner)
        before = "," + inner
    yield newline + brackets[1]


_CONSTANTS: dict[object, str] = {None: "null", True: "true", False: "false"}


def _scalar(value: Any) -> str:
    match value:
        case str():
            return string_text(value)
        case None | bool():
            return _CONSTANTS[value]
        case int():
            return str(value)
        case float():
            return _float(value)
        case list():
            return "[]"
    return "{}"


def _float(value: float) -> str:
    if problem := unsupported_float(value):
        raise BuiltinError(f"error serializing object to json: {problem}")
    return float_text(value)
