"""Which files a ``.gitignore`` leaves out, where git itself cannot be asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from tiltfile_ext.fleet._globs import compiled


class _Pattern(NamedTuple):
    regex: re.Pattern[str]
    negated: bool
    directories_only: bool
    whole_path: bool


class IgnoreRules:
    """The patterns of one file. Paths are relative to the file's directory, with slashes."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Args: lines: in the syntax of ``.gitignore``; a pattern that cannot be read matches nothing."""
        self._patterns = [found for line in lines if (found := _pattern(line))]

    def verdict(self, path: str, *, is_directory: bool) -> bool | None:
        """Whether *path* is left out; None if no pattern matches it. The last match decides."""
        name = path.rpartition("/")[2]
        for pattern in reversed(self._patterns):
            if pattern.directories_only and not is_directory:
                continue
            if pattern.regex.fullmatch(path if pattern.whole_path else name):
                return not pattern.negated
        return None

    def leaves_out(self, path: str) -> bool:
        """Whether the file at *path*, or a directory above it, is left out."""
        parts = path.split("/")
        above = ("/".join(parts[:end]) for end in range(1, len(parts)))
        return any(self.verdict(each, is_directory=True) for each in above) or bool(
            self.verdict(path, is_directory=False)
        )


def _pattern(line: str) -> _Pattern | None:
    text = line.rstrip("\n\r")
    text = re.sub(r"(?<!\\)\s+$", "", text)
    if not text or text.startswith("#"):
        return None
    negated = text.startswith("!")
    text = text[negated:]
    directories_only = text.endswith("/")
    text = text.rstrip("/")
    whole_path = "/" in text
    try:
        return _Pattern(compiled(text.lstrip("/")), negated, directories_only, whole_path)
    except re.error:
        return None
