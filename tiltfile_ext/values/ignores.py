"""Patterns of files whose changes do not matter, and the files that hold them.

Facts: Tilt 0.37.6, github.com/moby/patternmatcher/ignorefile (the reader of ``.dockerignore``, too).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tiltfile_ext.starkit import Data
from tiltfile_ext.values.go.paths import clean

_BOM = b"\xef\xbb\xbf"
_LONGEST_LINE = 64 * 1024
#: what Go's strings.TrimSpace removes
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


class Ignores(Data):
    """Patterns, the directory they are relative to, and what to call their source."""

    directory: str = ""
    source: str = ""
    patterns: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """The patterns in Tilt's field names and order."""
        return {
            "LocalPath": self.directory,
            "Source": self.source,
            "Patterns": list(self.patterns) or None,
        }


def read_patterns(data: bytes) -> tuple[str, ...]:
    """The patterns of an ignore file: one a line, cleaned as a path; "!" in front is kept.

    Raises:
        ValueError: a line is too long.
    """
    return tuple(_patterns(data.removeprefix(_BOM)))


def _patterns(data: bytes) -> Iterator[str]:
    for line in data.split(b"\n"):
        if len(line) >= _LONGEST_LINE:
            raise ValueError("bufio.Scanner: token too long")
        text = line.removesuffix(b"\r").decode("utf-8", "surrogateescape")
        pattern = "" if text.startswith("#") else text.strip(_SPACE)
        if pattern.startswith("!"):
            yield "!" + _cleaned(pattern[1:].strip(_SPACE))
        elif pattern:
            yield _cleaned(pattern)


def _cleaned(pattern: str) -> str:
    """The shortest form of *pattern*, without the slash in front: all patterns start at the directory."""
    path = clean(pattern) if pattern else ""
    return path[1:] if len(path) > 1 and path.startswith("/") else path
