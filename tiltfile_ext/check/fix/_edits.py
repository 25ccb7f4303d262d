"""Changes to a text, and what comes out of them."""

from __future__ import annotations

from collections.abc import Iterable

from tiltfile_ext.check._fix import Edit
from tiltfile_ext.check.fix._lines import Lines


class EditError(Exception):
    """The edits overlap, or lie outside of the text: it has changed since they were made."""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """*text* with *edits* made, in whatever order they come; an equal edit counts once.

    Args:
        text: with the line ends that the file has.
        edits: they may touch, but not overlap.

    Raises:
        EditError: see there.
    """
    lines = Lines(text)
    spans = sorted({(*_span(lines, edit), edit.text) for edit in edits})
    out: list[str] = []
    at = 0
    for start, end, new in spans:
        if start < at:
            raise EditError("two changes overlap")
        out += (text[at:start], new)
        at = end
    out.append(text[at:])
    return "".join(out)


def _span(lines: Lines, edit: Edit) -> tuple[int, int]:
    start, end = lines.offset(edit.line, edit.column), lines.offset(edit.end_line, edit.end_column)
    if start is None or end is None or end < start:
        places = f"{edit.line}:{edit.column} to {edit.end_line}:{edit.end_column}"
        raise EditError(f"there is no text from {places}")
    return start, end
