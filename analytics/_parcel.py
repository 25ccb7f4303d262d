"""What one POST carries: one event, or a batch of them whose bytes never change.

A server that Tilt would talk to gets one object per POST, as from Tilt. One that has said that it takes
newline-delimited JSON gets several: their bodies, unchanged, one a line. What is about the delivery is in
headers, so that bodies stay Tilt's: the key of the parcel, and each event's id, whose first twelve
hexadecimal digits are the time of the event in milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics._digest import sha256

if TYPE_CHECKING:
    from analytics._spool import Record

SINGLE_TYPE = "application/json"
BATCH_TYPE = "application/x-ndjson"

#: A batch has at most this many events (their ids go into one header) and this many bytes.
MOST_EVENTS = 100
MOST_BYTES = 64 * 1024


class Parcel:
    """Events for one address, in order, and the key under which the server sees them, now and later."""

    __slots__ = ("is_batch", "key", "records", "url")

    def __init__(self, records: list[Record], *, is_batch: bool) -> None:
        self.records = records
        self.is_batch = is_batch
        self.url = records[0].url
        self.key = batch_key([record.id for record in records]) if is_batch else records[0].id

    @property
    def ids(self) -> list[str]:
        """The ids of the events."""
        return [record.id for record in self.records]

    @property
    def media_type(self) -> str:
        """What the body is."""
        return BATCH_TYPE if self.is_batch else SINGLE_TYPE

    @property
    def body(self) -> str:
        """The body to post: the same text whenever the same events are in it."""
        if not self.is_batch:
            return self.records[0].body
        return "".join(f"{record.body}\n" for record in self.records)


def batch_key(ids: list[str]) -> str:
    """Return the key of a batch: it says which events are in it, and nothing about them."""
    return sha256("\n".join(ids).encode()).hex()[:32]


def fill(records: list[Record]) -> list[Record]:
    """Return the first of *records*, which go to one address, that fit in a batch together."""
    size = 0
    for number, record in enumerate(records[:MOST_EVENTS]):
        size += len(record.body.encode()) + 1
        if size > MOST_BYTES and number:
            return records[:number]
    return records[:MOST_EVENTS]
