"""Events as bytes of the spool: a frame each, with a checksum that tells a whole frame from a torn one."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from zlib import crc32

import attrs

_HEAD = struct.Struct("<II")  # how many bytes follow, and their checksum
_FIELDS = struct.Struct("<QQ?B")  # came, happened, is refused, length of the label
_LONGEST_LABEL = 255


@attrs.frozen
class Spooled:
    """One event that waits to be shipped.

    Attributes:
        came, happened: when, in ms since 1970.
        label: the event's id, or why it is refused; b"" without one.
        body: as it was posted; cut if refused.
        is_refused: whether it is kept apart.
    """

    came: int
    happened: int
    label: bytes
    body: bytes
    is_refused: bool = False


def encode(event: Spooled) -> bytes:
    """The frame of *event*."""
    label = event.label[:_LONGEST_LABEL]
    fields = _FIELDS.pack(event.came, event.happened, event.is_refused, len(label))
    content = fields + label + event.body
    return _HEAD.pack(len(content), crc32(content)) + content


def decode(data: bytes) -> Iterator[tuple[Spooled, int]]:
    """The events of *data*, each with where its frame ends; stops at a frame that is not whole."""
    at = 0
    while at + _HEAD.size <= len(data):
        length, checksum = _HEAD.unpack_from(data, at)
        start, end = at + _HEAD.size, at + _HEAD.size + length
        content = data[start:end]
        if length < _FIELDS.size or len(content) < length or crc32(content) != checksum:
            return
        came, happened, is_refused, size = _FIELDS.unpack_from(content)
        cut = _FIELDS.size + size
        yield Spooled(came, happened, content[_FIELDS.size : cut], content[cut:], is_refused), end
        at = end
