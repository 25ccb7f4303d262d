"""A checksum at the end of a line of JSON, so that a line that was damaged is never taken for a whole one.

``{"a":1}`` is sealed as ``{"a":1,"sum":"8b0f0d75"}``: still one JSON object, and the checksum has a fixed
place. A flipped bit in a body would otherwise go unseen, and to the server.
"""

from __future__ import annotations

from analytics._digest import sha256

_PREFIX = b',"sum":"'
_DIGITS = 8
_LENGTH = len(_PREFIX) + _DIGITS + len(b'"}')


def checksum(data: bytes) -> bytes:
    """Return a short digest. Not a CRC: the module that has one takes longer to load than this to run."""
    return sha256(data)[: _DIGITS // 2].hex().encode()


def seal(text: str) -> bytes:
    """Return the JSON object *text*, which must not be empty of keys, with its checksum."""
    data = text.encode("utf-8", "surrogatepass")[:-1]
    return b'%b%b%b"}' % (data, _PREFIX, checksum(data))


def unseal(line: bytes) -> bytes | None:
    """Return the JSON object that was sealed, or None if *line* is not what was written."""
    start, end = line.find(b"{"), line.rfind(b"}") + 1
    data, tail = line[start : end - _LENGTH], line[end - _LENGTH : end]
    if start < 0 or tail != b'%b%b"}' % (_PREFIX, checksum(data)):
        return None
    return data + b"}"
