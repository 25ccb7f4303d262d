"""Shows what edits would change."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

_NO_NEWLINE = "\\ No newline at end of file\n"


def unified_diff(path: str, old: str, new: str) -> str:
    """What ``patch -p1`` takes to make *new* of *old*, texts of the file at *path*; "" if they are equal."""
    return "".join(_marked(difflib.unified_diff(_lines(old), _lines(new), f"a/{path}", f"b/{path}")))


def _lines(text: str) -> list[str]:
    r"""Lines with their ends: only ``\n`` ends one, as for patch."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _marked(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}"
