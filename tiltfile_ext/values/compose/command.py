"""The words of a command that is written as one text.

Facts: github.com/mattn/go-shellwords: quotes and backslashes as in a shell, nothing is replaced, and
what follows ``;``, ``&``, ``|``, ``<`` or ``>`` is dropped.
"""

from __future__ import annotations

from typing import Any

from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.kinds import as_list

_BLANKS = " \t\r\n"
_ENDS = ";&|<>"
_INVALID = "invalid command line string"


def command(value: Any) -> list[str] | None:
    """The words of a command: a text, or a list of them; None where there is none.

    Raises:
        ComposeError: a quote that is not closed, or a word that is no text.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _Splitter().split(value)
    if not all(isinstance(word, str) for word in as_list(value)):
        raise ComposeError("a command is a list of text")
    return list(value)


class _Splitter:
    """Goes over a text sign by sign; ``_open`` is the quote that it is in: ', ", ` or $( or ""."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._word: str | None = None
        self._open = ""

    def split(self, text: str) -> list[str]:
        escaped = False
        for sign in text:
            if escaped:
                self._add(sign)
                escaped = False
            elif sign == "\\" and self._open != "'":
                escaped = True
            elif sign in _BLANKS:
                self._blank(sign)
            elif sign in _ENDS and not self._open:
                self._end(sign)
                break
            else:
                self._sign(sign)
        if escaped or self._open:
            raise ComposeError(_INVALID)
        return self._words if self._word is None else [*self._words, self._word]

    def _add(self, text: str) -> None:
        self._word = (self._word or "") + text

    def _blank(self, sign: str) -> None:
        if self._open:
            self._add(sign)
        elif self._word is not None:
            self._words.append(self._word)
            self._word = None

    def _end(self, sign: str) -> None:
        """In "2>file" the number is no word."""
        if sign == ">" and self._word and self._word[0] in "0123456789":
            self._word = None

    def _sign(self, sign: str) -> None:
        if sign in "'\"" and self._open in ("", sign):
            self._word = self._word or ""
            self._open = "" if self._open else sign
            return
        if sign == "`" and self._open in ("", "`"):
            self._open = "" if self._open else "`"
        elif sign == "(" and self._open in ("", "$("):
            self._substitution()
        elif sign == ")" and self._open in ("", "$("):
            self._open = "" if self._open else "$("
        self._add(sign)

    def _substitution(self) -> None:
        if self._open or not (self._word or "").endswith("$"):
            raise ComposeError(_INVALID)
        self._open = "$("
