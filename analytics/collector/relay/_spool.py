"""Events that wait to be shipped, on this machine's disk: synced before they are answered, gone once shipped.

The spool is a directory of segments, ``00000001-9f86d081884c7d65.events``. A segment is written by one run of
one process and never again after it, and its name is given to no other. So how much of a segment a database
has is one number, which stays true whoever is killed, and when the directory comes back from a copy.
"""

from __future__ import annotations

import os
import re
import threading
from contextlib import suppress
from itertools import islice

import attrs

from analytics.collector._errors import CollectorError, FullError
from analytics.collector.relay._frames import Spooled, decode

SEGMENT_BYTES = 16 * 1024 * 1024
_READ_BYTES = 4 * 1024 * 1024
_NAME = re.compile(r"(\d{8})-[0-9a-f]{16}\.events")
_SUFFIX, _DAMAGED = ".events", ".damaged"

#: the length of a file and its content; macOS has only the larger of the two
_sync = getattr(os, "fdatasync", os.fsync)


@attrs.frozen
class Block:
    """Events that are shipped together.

    Attributes:
        segment: the name of the segment that they are in.
        start, end: from which byte of it, and up to which.
        events: in the order in which they came.
        ends: up to which byte of the segment each of them goes.
    """

    segment: str
    start: int
    end: int
    events: list[Spooled]
    ends: list[int]


@attrs.define
class _Segment:
    """One file: its name without the suffix, how many bytes are synced, and whether more may come."""

    name: str
    size: int
    is_open: bool = False


class Spool:
    """One writes (`append`), and one, who may be another thread, reads (`read`) and lets go (`drop`).

    Args:
        directory: where; it is made if need be.
        limit: how many bytes may wait.

    Raises:
        CollectorError: the directory cannot be used.
    """

    def __init__(self, directory: str, limit: int) -> None:
        self.limit = limit
        self.more = threading.Event()  # set when something was appended
        self.damaged = 0  # bytes that could not be read
        self.is_full = False  # whether the last frames were refused, and nothing has gone since
        self._directory = directory
        self._lock = threading.Lock()
        self._fd = -1
        try:
            os.makedirs(directory, 0o700, exist_ok=True)
            self._segments = [
                _Segment(name.removesuffix(_SUFFIX), os.path.getsize(self._path(name)))
                for name in sorted(os.listdir(directory))
                if _NAME.fullmatch(name)
            ]
        except OSError as error:
            raise CollectorError(f"{directory} cannot be used as a spool: {error.strerror}") from None
        numbers = [int(segment.name.partition("-")[0]) for segment in self._segments]
        self._number = max(numbers, default=0)

    @property
    def size(self) -> int:
        """How many bytes there are, what is shipped of a segment that is not done included."""
        with self._lock:
            return sum(segment.size for segment in self._segments)

    @property
    def segments(self) -> list[str]:
        """The names of the segments, in order."""
        with self._lock:
            return [segment.name for segment in self._segments]

    def first(self) -> str | None:
        """The name of the segment that is to be shipped next; None if there is none."""
        with self._lock:
            return self._segments[0].name if self._segments else None

    # ---- whoever writes

    def append(self, frames: bytes) -> None:
        """Keep *frames*; they are on the disk when this returns.

        Raises:
            FullError: too much waits.
            OSError: the disk failed; nothing of it is kept.
        """
        self.is_full = self.size + len(frames) > self.limit
        if self.is_full:
            raise FullError("too much waits to be shipped: the database does not take it")
        segment = self._writable()
        try:
            _write_all(self._fd, frames)
            _sync(self._fd)
        except OSError:
            self._give_up(segment)
            raise
        with self._lock:
            segment.size += len(frames)
        if segment.size >= SEGMENT_BYTES:
            self._finish(segment)
        self.more.set()

    def close(self) -> None:
        """Append no more."""
        if self._fd >= 0:
            self._finish(self._segments[-1])

    def _writable(self) -> _Segment:
        if self._fd >= 0:
            return self._segments[-1]
        self._number += 1
        segment = _Segment(f"{self._number:08}-{os.urandom(8).hex()}", 0, is_open=True)
        path = self._path(segment.name + _SUFFIX)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._sync_directory()
        except OSError:
            os.close(fd)
            raise
        self._fd = fd
        with self._lock:
            self._segments.append(segment)
        return segment

    def _finish(self, segment: _Segment) -> None:
        os.close(self._fd)
        self._fd = -1
        with self._lock:
            segment.is_open = False

    def _give_up(self, segment: _Segment) -> None:
        """Write to this one no more: after a failed sync nobody knows what is in it beyond `size`."""
        with suppress(OSError):  # what was not answered may be shipped; it must not hide what comes after
            os.ftruncate(self._fd, segment.size)
        self._finish(segment)

    # ---- whoever reads

    def read(self, segment: str, start: int, most: int) -> Block | None:
        """The events of *segment* from *start* on, at most *most*; None if there are none.

        Raises:
            OSError: the disk failed.
        """
        with self._lock:
            size = next((one.size for one in self._segments if one.name == segment), 0)
        if start >= size:
            return None
        data = self._bytes_of(segment, start, min(size - start, _READ_BYTES))
        frames = list(islice(decode(data), most))
        ends = [start + end for _, end in frames]
        return Block(segment, start, ends[-1], [event for event, _ in frames], ends) if frames else None

    def is_done(self, segment: str) -> bool:
        """Whether nothing will be added to *segment*."""
        with self._lock:
            return not any(one.is_open for one in self._segments if one.name == segment)

    def drop(self, segment: str, read: int) -> None:
        """Let go of *segment*, of which *read* bytes were events. If there is more, it is put aside.

        Raises:
            OSError: the disk failed.
        """
        path = self._path(segment + _SUFFIX)
        with self._lock:
            dropped = next(one for one in self._segments if one.name == segment)
            self._segments.remove(dropped)
            self.is_full = False
        if dropped.size > read:
            self.damaged += dropped.size - read
            os.replace(path, self._path(segment + _DAMAGED))
        else:
            os.unlink(path)

    def _bytes_of(self, segment: str, start: int, count: int) -> bytes:
        fd = os.open(self._path(segment + _SUFFIX), os.O_RDONLY | os.O_CLOEXEC)
        try:
            return os.pread(fd, count, start)
        finally:
            os.close(fd)

    def _path(self, name: str) -> str:
        return os.path.join(self._directory, name)

    def _sync_directory(self) -> None:
        fd = os.open(self._directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def _write_all(fd: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]
