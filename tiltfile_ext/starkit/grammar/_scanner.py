"""Cuts a Tiltfile into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit._types import quote

KEYWORDS = frozenset(
    ("and", "break", "continue", "def", "elif", "else", "for", "if", "in", "lambda", "load", "not", "or",
     "pass", "return", "while")
)  # fmt: skip
_RESERVED = frozenset(
    ("as", "async", "await", "class", "del", "except", "finally", "from", "global", "import", "is",
     "nonlocal", "raise", "try", "with", "yield")
)  # fmt: skip
_PUNCTUATION = pattern(
    r"\*\*|//=|//|<<=|<<|>>=|>>|==|!=|<=|>=|\+=|-=|\*=|/=|%=|&=|\|=|\^=|[-+*/%&|^~<>=.,;:()\[\]{}]"
)
_NUMBER = pattern(r"0[xX][0-9a-fA-F]*|0[oO][0-7]*|0[bB][01]*|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d*)?")
_IDENTIFIER = pattern(r"[^\W\d]\w*")
_PREFIX = pattern(r"(rb|r|b)?(\"\"\"|'''|\"|')")
_ESCAPE = pattern(rb"\\(\n|[0-7]{1,3}|x.{0,2}|u.{0,4}|U.{0,8}|.)", re.DOTALL)
_PLAIN_ESCAPES = "abfnrtv\\'\"\n"
_TAB_WIDTH = 8
_LAST_CODE_POINT = 0x10FFFF
_FIRST_NOT_ASCII = 0x80
_LAST_BYTE = 0xFF
_SURROGATES = range(0xD800, 0xE000)
_LONGEST_PREFIX = 5
_LONGEST_NUMBER = 5000


class GrammarError(Exception):
    """What is wrong with a file, and the offset where."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


class Token:
    """A token: its kind, its text, and where it starts and ends.

    The kind of punctuation and of keywords is their text; the others are "identifier", "int literal",
    "float literal", "string literal", "bytes literal", "newline", "indent", "outdent", "end of file"
    and "illegal token".
    """

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end

    def __str__(self) -> str:
        """As messages show it: punctuation in quotes, words bare."""
        if self.kind == "bytes literal":
            return ""  # Tilt has no word for it
        return self.kind if self.kind[0].isalpha() else f"'{self.kind}'"


class Scanner:
    """Yields the tokens of a text, one after the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._indents = [0]
        #: whether only blanks, comments and ends of lines were read since the last token on a line
        self._blank = True

    def tokens(self) -> Iterator[Token]:
        """All tokens; the last is the end of file."""
        line_start = True
        while True:
            if line_start and not self._depth:
                yield from self._indentation()
                line_start = False
            self._skip_blanks()
            if self._at >= len(self._text):
                break
            token = self._token()
            line_start = self._blank = token.kind == "newline"
            yield token
        if self._indents[1:] and not self._blank:
            yield self._make("newline", self._at)
        for _ in self._indents[1:]:
            yield self._make("outdent", self._at)
        while True:
            yield self._make("end of file", self._at)

    def _make(self, kind: str, start: int) -> Token:
        return Token(kind, self._text[start : self._at], start, self._at)

    # ---- blanks ---------------------------------------------------------------------------------

    def _indentation(self) -> Iterator[Token]:
        """Skip blank lines; say how the next line is indented."""
        text = self._text
        while True:
            start, column = self._at, 0
            while self._at < len(text) and text[self._at] in " \t":
                tab = _TAB_WIDTH - (self._at - start) % _TAB_WIDTH
                column += 1 if text[self._at] == " " else tab
                self._at += 1
            if text[self._at : self._at + 1] == "#":
                self._skip_comment()
            if self._at >= len(text):
                return
            if text[self._at] != "\n":
                break
            self._at += 1
        if column > self._indents[-1]:
            self._indents.append(column)
            yield self._make("indent", self._at)
        while column < self._indents[-1]:
            self._indents.pop()
            if column > self._indents[-1]:
                raise GrammarError(self._at, "unindent does not match any outer indentation level")
            yield self._make("outdent", self._at)

    def _skip_comment(self) -> None:
        end = self._text.find("\n", self._at)
        self._at = end if end >= 0 else len(self._text)

    def _skip_blanks(self) -> None:
        text = self._text
        while self._at < len(text):
            char = text[self._at]
            if char == "#":
                self._skip_comment()
            elif char == "\\":
                if text[self._at + 1 : self._at + 2] != "\n":
                    raise GrammarError(self._at + 1, "stray backslash in program")
                self._at += 2
            elif char in " \t\r" or (char == "\n" and self._depth):
                self._blank |= char == "\n"
                self._at += 1
            else:
                return

    # ---- tokens ---------------------------------------------------------------------------------

    def _token(self) -> Token:
        text, start = self._text, self._at
        char = text[start]
        if char == "\n":
            self._at += 1
            return self._make("newline", start)
        if _PREFIX.match(text, start):
            return self._string()
        if char.isdigit() or (char == "." and text[start + 1 : start + 2].isdigit()):
            return self._number()
        word = _IDENTIFIER.match(text, start)
        if word:
            self._at = word.end()
            kind = (
                word[0] if word[0] in KEYWORDS else "illegal token" if word[0] in _RESERVED else "identifier"
            )
            return self._make(kind, start)
        sign = _PUNCTUATION.match(text, start)
        if not sign:
            raise GrammarError(start, f"unexpected input character '{quote(char)[1:-1]}'")
        return self._sign(sign[0], start)

    def _sign(self, sign: str, start: int) -> Token:
        if sign in "([{":
            self._depth += 1
        elif sign in ")]}":
            if not self._depth:
                raise GrammarError(start, f"unexpected '{sign}'")
            self._depth -= 1
        self._at = start + len(sign)
        return self._make(sign, start)

    def _number(self) -> Token:
        start = self._at
        number = _NUMBER.findall(self._text[start : start + _LONGEST_NUMBER])[0]
        self._at = start + len(number)
        prefix = number[:2].lower()
        names = {"0x": "hex", "0o": "octal", "0b": "binary"}
        if prefix in names:
            if len(number) == len(prefix):
                place = start if prefix == "0x" else self._at
                raise GrammarError(place, f"invalid {names[prefix]} literal")
            return self._make("int literal", start)
        if "." in number or "e" in number.lower():
            if number[-1] in "eE+-":
                raise GrammarError(self._at, "invalid float literal")
            return self._make("float literal", start)
        if len(number) > 1 and number[0] == "0" and number.strip("0"):
            if number.strip("01234567"):
                raise GrammarError(start, "invalid int literal")
            raise GrammarError(self._at, f"obsolete form of octal literal; use 0o{number[1:]}")
        return self._make("int literal", start)

    def _string(self) -> Token:
        text, start = self._text, self._at
        prefix, quote = _PREFIX.findall(text[start : start + _LONGEST_PREFIX])[0]
        at = body = start + len(prefix) + len(quote)
        while not text.startswith(quote, at):
            if at >= len(text):
                raise GrammarError(start, "unexpected EOF in string")
            if text[at] == "\n" and len(quote) == 1:
                raise GrammarError(start, "unexpected newline in string")
            at += 2 if text[at] == "\\" else 1
        self._at = at + len(quote)
        if "r" not in prefix:
            _check_escapes(text[body:at], start + len(prefix), is_bytes="b" in prefix)
        return self._make("bytes literal" if "b" in prefix else "string literal", start)


def _check_escapes(body: str, start: int, *, is_bytes: bool) -> None:
    for match in _ESCAPE.finditer(body.encode("utf-8", "surrogateescape")):
        message = _escape_message(match[1], is_bytes=is_bytes)
        if message:
            raise GrammarError(start, message)


def _escape_message(sequence: bytes, *, is_bytes: bool) -> str:  # noqa: PLR0911  # one for each fault
    """What is wrong with an escape sequence, without its backslash; "" if nothing is. Go counts bytes."""
    char, escape, digits = chr(sequence[0]), sequence.decode("utf-8", "surrogateescape"), sequence[1:]
    if char in _PLAIN_ESCAPES:
        return ""
    if char in "01234567":
        value = int(escape, 8)
        if not is_bytes and value >= _FIRST_NOT_ASCII:
            return _not_ascii("octal", escape, value)
        return f"invalid escape sequence \\{escape}" if value > _LAST_BYTE else ""
    width = {"x": 2, "u": 4, "U": 8}.get(char, 0)
    if not width:
        return f"invalid escape sequence \\{char}"
    if len(digits) < width:
        return f"truncated escape sequence \\{escape}"
    try:
        value = int(digits, 16) if digits.isalnum() else -1
    except ValueError:
        value = -1
    if value < 0:
        return f"invalid escape sequence \\{escape}"
    if char == "x":
        return "" if is_bytes or value < _FIRST_NOT_ASCII else _not_ascii("hex", escape, value)
    if value > _LAST_CODE_POINT:
        return f"code point out of range: \\{escape} (max \\U{value:08x})"
    return f"invalid Unicode code point U+{value:04X}" if value in _SURROGATES else ""


def _not_ascii(kind: str, escape: str, value: int) -> str:
    return f"non-ASCII {kind} escape \\{escape} (use \\u{value:04X} for the UTF-8 encoding of U+{value:04X})"
