"""Where the nodes of a syntax tree stand in their text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_BLANK = " \t\n\r\\"


class Places:
    """Offsets of nodes. The tree counts bytes within lines; a text counts characters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = [0]
        at = text.find("\n")
        while at >= 0:
            self._lines.append(at + 1)
            at = text.find("\n", at + 1)
        self.is_ascii = text.isascii()

    def offset(self, line: int, column: int) -> int:
        """The offset of byte *column* (from 0) of *line* (from 1)."""
        start = self._lines[line - 1]
        if self.is_ascii:
            return start + column
        end = self._lines[line] if line < len(self._lines) else len(self.text)
        head = self.text[start:end].encode("utf-8", "surrogatepass")[:column]
        return start + len(head.decode("utf-8", "surrogatepass"))

    def start(self, node: Any) -> int:
        """Where *node* starts."""
        if self.is_ascii:
            return self._lines[node.lineno - 1] + node.col_offset  # type: ignore[no-any-return]
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: Any) -> int:
        """Where *node* ends."""
        if self.is_ascii:
            return self._lines[node.end_lineno - 1] + node.end_col_offset  # type: ignore[no-any-return]
        return self.offset(node.end_lineno, node.end_col_offset)

    def tokens(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The characters from *start* to *end* that are neither blank nor in a comment."""
        text, at = self.text, start
        while at < end:
            char = text[at]
            if char == "#":
                at = text.find("\n", at)
                if at < 0:
                    return
            elif char not in _BLANK:
                yield at, char
            at += 1

    def find(self, char: str, start: int, end: int) -> int:
        """The first *char* from *start* on, outside comments; *end* if there is none."""
        text = self.text
        if text[start : start + 1] == char:
            return start
        return next((at for at, found in self.tokens(start, end) if found == char), end)
