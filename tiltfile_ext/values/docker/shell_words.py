"""Words of a Dockerfile: quotes, escapes and ``${NAME:-default}``, as BuildKit reads them.

Facts: github.com/moby/buildkit frontend/dockerfile/shell, at Tilt 0.37.6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_SPECIAL = "@*#?-$!0"
_BLANKS = "\t\r "


class WordError(ValueError):
    """A word cannot be read: a quote or brace without an end, an unknown substitution."""


def expand(text: str, variables: Mapping[str, str], escape: str = "\\") -> str:
    """*text* without quotes and escapes, variables replaced by their values.

    Raises:
        WordError: it cannot be read.
    """
    return _Reader(text, variables, escape).read()[0]


def split(text: str, *, raw: bool = False, raw_quotes: bool = False) -> list[str]:
    """The words of *text*, variables kept as they are.

    With *raw*, quotes and escapes are kept too; with *raw_quotes* just the quotes.

    Raises:
        WordError: it cannot be read.
    """
    reader = _Reader(text, {}, "\\", raw_quotes=raw or raw_quotes, raw_escapes=raw, keep_unset=True)
    return reader.read()[1]


class _Words:
    """Collects words: blanks part them, raw text does not."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.current = ""

    def add(self, text: str) -> None:
        for char in text:
            if not char.isspace():
                self.current += char
            elif self.current:
                self.done.append(self.current)
                self.current = ""

    def add_raw(self, text: str) -> None:
        self.current += text

    def all(self) -> list[str]:
        return [*self.done, self.current] if self.current else self.done


class _Reader:
    """Reads one text from start to end."""

    def __init__(
        self,
        text: str,
        variables: Mapping[str, str],
        escape: str,
        *,
        raw_quotes: bool = False,
        raw_escapes: bool = False,
        keep_unset: bool = False,
    ) -> None:
        self.text = text
        self.at = 0
        self.variables = variables
        self.escape = escape
        self.raw_quotes = raw_quotes
        self.raw_escapes = raw_escapes
        self.keep_unset = keep_unset

    def peek(self) -> str:
        """The next character, "" at the end."""
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        """The next character, which is read; "" at the end."""
        char = self.peek()
        self.at += len(char)
        return char

    def read(self) -> tuple[str, list[str]]:
        """The text and its words."""
        return self.until("", raw_escapes=self.raw_escapes)

    def until(self, stop: str, *, raw_escapes: bool) -> tuple[str, list[str]]:
        """The text and its words up to *stop*, which is read too; up to the end for ""."""
        outer, self.raw_escapes = self.raw_escapes, raw_escapes
        try:
            return self._until(stop)
        finally:
            self.raw_escapes = outer

    def _until(self, stop: str) -> tuple[str, list[str]]:
        result, words = "", _Words()
        while char := self.peek():
            if char == stop:
                self.next()
                return result, words.all()
            if char == "$":
                piece = self._variable()
                words.add(piece)
            elif char in "'\"<":
                piece = self._heredoc_mark() if char == "<" else self._quoted(char)
                words.add_raw(piece)
            elif char == self.escape:
                piece = self._escaped()
                words.add_raw(piece)
            else:
                piece = self.next()
                words.add(piece)
            result += piece
        if stop:
            raise WordError(f"unexpected end of statement while looking for matching {stop}")
        return result, words.all()

    def _escaped(self) -> str:
        mark = self.next()
        return (mark if self.raw_escapes else "") + self.next()

    def _quoted(self, quote: str) -> str:
        self.next()
        inner = ""
        while (char := self.peek()) != quote:
            if not char:
                kind = "single" if quote == "'" else "double"
                raise WordError(f"unexpected end of statement while looking for matching {kind}-quote")
            inner += self._in_double_quotes(char) if quote == '"' else self.next()
        self.next()
        return f"{quote}{inner}{quote}" if self.raw_quotes else inner

    def _in_double_quotes(self, char: str) -> str:
        if char == "$":
            return self._variable()
        self.next()
        if char != self.escape:
            return char
        mark = char if self.raw_escapes else ""
        if not self.peek():
            return mark
        return mark + (self.next() if self.peek() in f'"${self.escape}' else char)

    def _heredoc_mark(self) -> str:
        """One "<", or "<<" and the blanks after it."""
        self.next()
        if self.peek() != "<":
            return "<"
        mark = "<" + self.next()
        while self.peek() and self.peek() in _BLANKS:
            mark += self.next()
        return mark

    def _variable(self) -> str:
        self.next()
        if self.peek() != "{":
            name = self._name()
            return self._value(name, f"${name}") if name else "$"
        self.next()
        if not self.peek():
            raise WordError("syntax error: missing '}'")
        if self.peek() in "{}:":
            raise WordError("syntax error: bad substitution")
        return self._substitution(self._name())

    def _value(self, name: str, unset: str) -> str:
        """The variable's value; where it has none, *unset* if such text is to be kept, else ""."""
        if name in self.variables:
            return self.variables[name]
        return unset if self.keep_unset else ""

    def _name(self) -> str:
        first = self.peek()
        if first.isdecimal():
            return self._while(str.isdecimal)
        if first and first in _SPECIAL:
            return self.next()
        return self._while(lambda char: char.isalpha() or char.isdecimal() or char == "_")

    def _while(self, wanted: Callable[[str], bool]) -> str:
        found = ""
        while self.peek() and wanted(self.peek()):
            found += self.next()
        return found

    def _substitution(self, name: str) -> str:
        """What ``${NAME…}`` means, from behind the name on."""
        operator = self.next()
        if operator == "}":
            return self._value(name, f"${{{name}}}")
        if operator == "/":
            return self._replaced(name)
        if operator == ":":
            operator += self.next()
        if operator[-1:] not in tuple("+-?#%") or operator in (":#", ":%"):
            raise WordError(f"unsupported modifier ({operator}) in substitution")
        word = self._part("}", raw_escapes=operator in "#%")
        if self.keep_unset and name not in self.variables:
            return f"${{{name}{operator}{word}}}"
        return self._modified(name, operator, word)

    def _modified(self, name: str, operator: str, word: str) -> str:
        value = self.variables.get(name)
        unset = value is None or (operator.startswith(":") and not value)
        match operator[-1]:
            case "-":
                return word if unset else value or ""
            case "+":
                return "" if unset else word
            case "?" if unset:
                reason = word or f"is not allowed to be {'unset' if value is None else 'empty'}"
                raise WordError(f"{name}: {reason}")
            case "?":
                return value or ""
        greedy = word.startswith(operator)
        pattern = word[1:] if greedy else word
        trim = _without_prefix if operator == "#" else _without_suffix
        return trim(value or "", pattern, greedy=greedy)

    def _replaced(self, name: str) -> str:
        everywhere = self.peek() == "/"
        if everywhere:
            self.next()
        pattern = self._part("/", raw_escapes=True)
        replacement = self._part("}", raw_escapes=True)
        if self.keep_unset and name not in self.variables:
            return f"${{{name}/{pattern}/{replacement}}}"
        found = re.compile(_regex(pattern, greedy=True))
        return found.sub(lambda _: replacement, self.variables.get(name, ""), count=0 if everywhere else 1)

    def _part(self, stop: str, *, raw_escapes: bool) -> str:
        try:
            return self.until(stop, raw_escapes=raw_escapes)[0]
        except WordError:
            if self.peek():
                raise
            raise WordError("syntax error: missing '}'") from None


def _without_prefix(value: str, pattern: str, *, greedy: bool) -> str:
    found = re.match(_regex(pattern, greedy=greedy), value)
    return value[found.end() :] if found else value


def _without_suffix(value: str, pattern: str, *, greedy: bool) -> str:
    """The shortest suffix is found from the end: both are turned round."""
    return _without_prefix(value[::-1], _reversed(pattern), greedy=greedy)[::-1]


def _reversed(pattern: str) -> str:
    return "".join(reversed(re.findall(r"\\.|.", pattern, re.DOTALL)))


def _regex(pattern: str, *, greedy: bool) -> str:
    """The regular expression for a shell pattern of ``*``, ``?`` and escapes."""
    parts = []
    chars = iter(pattern)
    for char in chars:
        if char == "*":
            parts.append(".*" if greedy else ".*?")
        elif char == "?":
            parts.append(".")
        elif char == "\\":
            parts.append(_escape_in_pattern(next(chars, "")))
        else:
            parts.append(re.escape(char))
    return "".join(parts)


def _escape_in_pattern(char: str) -> str:
    if not char or char not in "}/*?\\":
        raise WordError(f"invalid escape '\\{char}'")
    return re.escape(char)
