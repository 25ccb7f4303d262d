"""Ignore files: .dockerignore, and its like beside a Dockerfile.

Facts: github.com/moby/patternmatcher/ignorefile.
"""

from tiltfile_ext.values import go_paths

_BOM = "\ufeff"
#: the longest line that Go's bufio.Scanner takes, in bytes, with its end
_LONGEST_LINE = 65536


def ignore_patterns(text: str) -> tuple[str, ...]:
    """The patterns of an ignore file: comments and blank lines dropped, paths cleaned, "/" at the start too.

    Raises:
        ValueError: a line is too long.
    """
    lines = text.removeprefix(_BOM).split("\n")
    if any(len(line.encode("utf-8", "surrogateescape")) >= _LONGEST_LINE for line in lines):
        raise ValueError("bufio.Scanner: token too long")
    return tuple(filter(None, map(_pattern, lines)))


def _pattern(line: str) -> str:
    """One line's pattern, "" if it has none."""
    text = "" if line.startswith("#") else line.strip()
    exception = text.startswith("!")
    path = text[1:].strip() if exception else text
    if path:
        path = go_paths.clean(path)
        path = path[1:] if path.startswith("/") and path != "/" else path
    return f"!{path}" if exception else path
