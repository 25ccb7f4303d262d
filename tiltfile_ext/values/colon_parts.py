"""Texts made of parts with colons between them: ``name:kind:namespace``; a backslash escapes.

Facts: Tilt 0.37.6, internal/sliceutils.
"""

from collections.abc import Iterable


def escape_and_join(parts: Iterable[str]) -> str:
    """*parts* with colons between them; colons and backslashes inside are escaped."""
    return ":".join(part.replace("\\", "\\\\").replace(":", "\\:") for part in parts)


def unescape_and_split(text: str) -> list[str]:
    """The parts of *text*.

    Raises:
        ValueError: a backslash stands before something else; the message shows where.
    """
    parts = [""]
    escaped = False
    for index, char in enumerate(text):
        if escaped:
            if char not in ":\\":
                raise ValueError(f"invalid escape sequence '\\{char}' in '{_around(text, index)}'")
            parts[-1] += char
            escaped = False
        elif char == ":":
            parts.append("")
        elif char == "\\":
            escaped = True
        else:
            parts[-1] += char
    return parts


def _around(text: str, index: int) -> str:
    """The three bytes before and after the character at *index*, its own first byte included."""
    data = text.encode("utf-8", "surrogateescape")
    at = len(text[:index].encode("utf-8", "surrogateescape"))
    return data[max(at - 3, 0) : at + 3].decode("utf-8", "replace")
