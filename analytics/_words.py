"""Words for people: safe to print, and in the right number."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return *text* without what would act on a terminal: such characters are shown as JSON escapes."""
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def plural(number: int, noun: str) -> str:
    """Return *number* and *noun*, in the singular or the plural."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  # the last of four digits
