"""Comments that hide findings.

``# tiltfile: ignore CODE[,CODE]`` at the end of a line is for that line; on a line of its own it is for the
next line of code. ``# tiltfile: ignore-file CODE[,CODE]`` above the first line of code is for the file. What
a code begins with stands for all of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._selection import matches

_COMMENT = re.compile(
    r"#\s*tiltfile:\s*ignore(?P<file>-file)?[:\s]\s*(?P<codes>[A-Z]+\d*(?:[,\s]+[A-Z]+\d*)*)"
)


class Comments:
    """What the comments of one file hide."""

    def __init__(self, text: str) -> None:
        self._file: set[str] = set()
        self._lines: dict[int, set[str]] = {}
        if "tiltfile:" not in text:
            return
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        first = next((number for number, line in enumerate(lines, 1) if not _is_blank(line)), len(lines) + 1)
        for number, line in enumerate(lines, 1):
            self._read(lines, number, line, at_top=number < first)

    def _read(self, lines: list[str], number: int, line: str, *, at_top: bool) -> None:
        match = _COMMENT.search(line)
        if match is None:
            return
        codes = set(re.split(r"[,\s]+", match["codes"]))
        if not match["file"]:
            self._lines.setdefault(_meant(lines, number), set()).update(codes)
        elif at_top:
            self._file |= codes

    def hide(self, finding: Finding) -> bool:
        """Whether a comment hides *finding*, which is in this file."""
        return matches(finding.code, self._file | self._lines.get(finding.line, set()))


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _meant(lines: list[str], number: int) -> int:
    """The line that a comment on line *number* is for."""
    while number < len(lines) and _is_blank(lines[number - 1]):
        number += 1
    return number


def split(findings: Iterable[Finding], comments: dict[str, Comments]) -> tuple[list[Finding], list[Finding]]:
    """The *findings* that are shown, and those that a comment hides. *comments*: those of each file."""
    shown: list[Finding] = []
    hidden: list[Finding] = []
    for finding in findings:
        here = comments.get(finding.path)
        (hidden if here and here.hide(finding) else shown).append(finding)
    return shown, hidden
