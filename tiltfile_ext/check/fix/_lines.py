r"""Lines as Tilt counts them: ``\r\n``, ``\n`` and a lone ``\r`` end one, and nothing else does."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


class Lines:
    r"""A text as lines: ``"\n".join(bodies)`` is the form in which Tilt reads it.

    Attributes:
        bodies: the lines without their ends; the last is "" where the text ends with a line end.
        newline: what ends the first line, ``\n`` where there is one line only.
    """

    def __init__(self, text: str) -> None:
        found = _split(text)
        self.bodies = [body for body, _ in found]
        self.newline = found[0][1] or "\n"
        self._starts = [0, *accumulate(len(body) + len(end) for body, end in found[:-1])]
        self._normal_starts = [0, *accumulate(len(body) + 1 for body in self.bodies[:-1])]

    @property
    def normal(self) -> str:
        r"""The text with ``\n`` for every line end."""
        return "\n".join(self.bodies)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of the character at *offset* of ``normal``."""
        line = bisect_right(self._normal_starts, offset)
        return line, offset - self._normal_starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int | None:
        """Where a place is in the text as it is; None if there is no such place."""
        if not 1 <= line <= len(self.bodies) or not 1 <= column <= len(self.bodies[line - 1]) + 1:
            return None
        return self._starts[line - 1] + column - 1


def _split(text: str) -> list[tuple[str, str]]:
    """The lines with their ends; the last has none."""
    found: list[tuple[str, str]] = []
    for match in _LINE.finditer(text):
        found.append((match[1], match[2]))
        if not match[2]:
            break
    return found
