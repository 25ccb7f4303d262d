"""Bytes that are no UTF-8, in the texts of Python and of the interpreter.

A Go string may hold any bytes. Python keeps a byte that is no UTF-8 as a lone surrogate, U+DC80 to U+DCFF
(``surrogateescape``); the interpreter refuses those. So on the way into a Tiltfile such a byte becomes
a character of private use, U+10DC80 to U+10DCFF, and on the way out a surrogate again.
"""

from __future__ import annotations

from tiltfile_ext.starkit._patterns import pattern

_SHIFT = 0x100000
_ESCAPED = pattern("(?<![\ud800-\udbff])[\udc80-\udcff]")
_INSIDE = pattern("[\U0010dc80-\U0010dcff]")
_OUTWARD = {code + _SHIFT: code for code in range(0xDC80, 0xDD00)}


def inward(text: str) -> str:
    """*text* of Python as the interpreter takes it; other lone surrogates become U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = _ESCAPED.sub(lambda match: chr(ord(match[0]) + _SHIFT), text)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def outward(text: str) -> str:
    """*text* of the interpreter as Python has it; bytes that are UTF-8 by now become characters."""
    if text.isascii() or not _INSIDE.search(text):
        return text
    return decoded(text.translate(_OUTWARD).encode("utf-8", "surrogateescape"))


def decoded(data: bytes) -> str:
    """The text of *data*, for Python."""
    return data.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    """The bytes that *text* of the interpreter stands for."""
    return outward(text).encode("utf-8", "surrogateescape")


def from_bytes(data: bytes) -> str:
    """*data* as text of the interpreter."""
    return inward(decoded(data))


def replaced(text: str) -> str:
    """*text* of the interpreter with U+FFFD for each stray byte, as Go reads letters."""
    return _INSIDE.sub("\ufffd", text)
