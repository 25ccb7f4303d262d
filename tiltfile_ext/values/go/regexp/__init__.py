"""Regular expressions as Go reads them, with its words where it cannot.

Facts: Go 1.26 regexp/syntax (RE2), as Tilt 0.37.6 uses it for names of objects. Whether a pattern fits is
found in time that grows with the length of the pattern times that of the text, whatever they are: ``re``
takes for ever for some, such as ``(a+)+$``, and a Tiltfile may hold any.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.go.regexp._errors import RegexpError

__all__ = ["Regexp", "RegexpError", "go_regexp"]


class Regexp(Protocol):
    """A pattern that was read."""

    def search(self, text: str, /) -> object:
        """Something true if the pattern fits anywhere in *text*."""


@lru_cache(maxsize=256)
def go_regexp(text: str) -> Regexp:
    """The pattern *text*.

    Raises:
        RegexpError: it is not a pattern of Go's.
    """
    if found := _PLAIN.fullmatch(text):
        return _Plain(text, found)
    return _compiled(text)


#: characters one after the other, perhaps at the start or up to the end
_PLAIN = pattern(r"(?:\(\?i\))?(\^?)(?:\(\?i\))?((?:[A-Za-z0-9/_ :-]|\\[!-/:-@\[-`{-~])*)(\$?)")


def _compiled(text: str) -> Regexp:
    from tiltfile_ext.values.go.regexp._machine import Machine
    from tiltfile_ext.values.go.regexp._parser import parsed

    return Machine(parsed(text))


class _Plain:
    """A pattern for `re`, which finds such ones as fast as Go, and the same ones in ASCII."""

    def __init__(self, text: str, found: re.Match[str]) -> None:
        self._text = text
        flags = re.IGNORECASE if "(?i)" in text else re.NOFLAG
        self._regex = re.compile(found[1] + found[2] + (r"\Z" if found[3] else ""), flags)

    def search(self, text: str) -> object:
        """A match, or nothing."""
        return self._regex.search(text) if text.isascii() else _compiled(self._text).search(text)
