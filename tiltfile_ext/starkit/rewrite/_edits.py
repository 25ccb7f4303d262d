"""Edits of a text, and the way back from an offset in the edited text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

#: start and end in the old text, and what stands there in the new one; sorted, not overlapping
Edit = tuple[int, int, str]
#: a piece of text to insert, perhaps with the node that owns the line it starts
Piece = str | tuple[str, Any]


def apply(text: str, edits: Sequence[Edit]) -> str:
    """*text* with *edits* made."""
    out: list[str] = []
    at = 0
    for start, end, new in edits:
        out += (text[at:start], new)
        at = end
    out.append(text[at:])
    return "".join(out)


class OffsetMap:
    """Finds the old offset of each new one."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = edits
        self._starts: list[int] = []
        shift = 0
        for start, end, new in edits:
            self._starts.append(start + shift)
            shift += len(new) - (end - start)

    def old(self, new: int) -> int:
        """Where the character at *new* was; inserted text counts as standing where it was inserted."""
        place = bisect_right(self._starts, new) - 1
        if place < 0:
            return new
        start, end, text = self._edits[place]
        inside = new - self._starts[place]
        if inside >= len(text):
            return end + inside - len(text)
        return start + inside if len(text) == end - start else start


def new_offset(edits: Sequence[Edit], old: int, *, behind: bool = False) -> int:
    """Where the character at *old* is in the new text: before what is new there, or *behind* it."""
    shift = 0
    for start, end, new in edits:
        if start == old and behind:
            return old + shift + len(new)
        if start >= old:
            break
        shift += len(new) - (end - start)
    return old + shift


class Edits:
    """Collects edits in the order of a walk over a tree, and makes them in the order of the text."""

    def __init__(self) -> None:
        self._before: dict[int, list[Piece]] = {}
        self._after: dict[int, list[Piece]] = {}
        self._replaced: dict[int, tuple[int, str]] = {}

    def before(self, offset: int, piece: Piece) -> None:
        """Insert *piece* where something starts: what comes first stands first."""
        self._before.setdefault(offset, []).append(piece)

    def after(self, offset: int, piece: str) -> None:
        """Insert *piece* where something ends: what comes first stands first, before anything that starts."""
        self._after.setdefault(offset, []).append(piece)

    def replace(self, start: int, end: int, text: str) -> None:
        """Put *text* for what stands from *start* to *end*."""
        self._replaced[start] = (end, text)

    def _would_touch(self, text: str, start: int) -> bool:
        """Whether what is inserted at *start* would lengthen the word before it, as in ``x in[1]``."""
        if not start or start in self._after or not text[start - 1].isalnum():
            return False
        first = self._before.get(start, [""])[0]
        return (first if isinstance(first, str) else first[0])[:1].isalpha()

    def offsets(self) -> set[int]:
        """Where something is edited."""
        return {*self._before, *self._after, *self._replaced}

    def make(self, text: str) -> tuple[str, list[Edit], dict[int, Any]]:
        """The new text, the edits, and the nodes that begin new lines, by where the line starts."""
        edits: list[Edit] = []
        out: list[str] = []
        owners: dict[int, Any] = {}
        at = size = 0
        for start in sorted(self.offsets()):
            if start < at:
                continue  # inside something that was replaced as a whole
            out.append(text[at:start])
            size += start - at
            end, new = self._replaced.get(start, (start, ""))
            inserted = len(out)
            if self._would_touch(text, start):
                out.append(" ")
                size += 1
            for piece in (*self._after.get(start, ()), *self._before.get(start, ()), new):
                if isinstance(piece, tuple):
                    piece_text, node = piece
                    owners[size + piece_text.index("\n") + 1] = node
                else:
                    piece_text = piece
                out.append(piece_text)
                size += len(piece_text)
            edits.append((start, end, "".join(out[inserted:])))
            at = end
        out.append(text[at:])
        return "".join(out), edits, owners
