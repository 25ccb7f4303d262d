"""The sender's half of the spool. Only the process that holds the sender's lock may use it.

``current.jsonl``  where commands append (see `_spool`).
``taken.jsonl``    the same file, renamed: no command writes there once its exclusive lock was had.
``outbox.jsonl``   what waits to be posted; only ever replaced as a whole.
``done.txt``       ids of records in the outbox that need no more attention.
``rejected.jsonl`` what a server refused for good, with its answer.

Killed at any moment, the next sender finds every record in at least one of the first three files. A
record that is in two of them is known by its id. What was accepted but not yet noted as done is posted
again under the same id, which is what ids are for.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from analytics import _lines
from analytics._spool import LIMIT_BYTES, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics._dirs import Dirs

_MODE = 0o600
_TEXT_FIELDS = ("id", "url", "level", "allowed_by", "body")
_FILES = ("current.jsonl", "taken.jsonl", "outbox.jsonl", "done.txt", "rejected.jsonl")


@contextmanager
def sole_sender(dirs: Dirs) -> Iterator[bool]:
    """Hold the sender's lock for the time of the ``with``; give False if another process has it."""
    fd = os.open(f"{dirs.spool}/sender.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
    try:
        yield _try_lock(fd)
    finally:
        os.close(fd)


def has_new(dirs: Dirs) -> bool:
    """Return whether commands have recorded anything since the last `Outbox.absorb`."""
    return os.path.exists(f"{dirs.spool}/current.jsonl")


def waiting(dirs: Dirs) -> list[Record]:
    """Return what waits to be posted, oldest first. For looking; needs no lock."""
    names = ("outbox.jsonl", "taken.jsonl", "current.jsonl")
    return _unfinished([f"{dirs.spool}/{name}" for name in names], f"{dirs.spool}/done.txt")


def rejected(dirs: Dirs) -> list[dict[str, Any]]:
    """Return what servers refused for good, each with its answer. For looking; needs no lock."""
    return list(_lines.read(f"{dirs.spool}/rejected.jsonl"))


def purge(dirs: Dirs) -> None:
    """Throw away everything that was not sent. A sender that runs now notices before its next post."""
    for name in _FILES:
        _remove(f"{dirs.spool}/{name}")


class Outbox:
    """What waits to be posted, in ``records``, oldest first."""

    def __init__(self, dirs: Dirs) -> None:
        self._spool = dirs.spool
        self.records: list[Record] = []
        self.evicted = 0

    def absorb(self) -> None:
        """Take over what commands have recorded, and what an earlier sender left.

        Raises:
            OSError: the disk refuses; everything is still where it was.
        """
        if os.path.exists(self._path("taken.jsonl")):
            self._merge()
        self._take_current()
        self._merge()

    def is_purged(self) -> bool:
        """Return whether what is held here has been thrown away by `purge`."""
        return not os.path.exists(self._path("outbox.jsonl"))

    def finish(self, record: Record) -> None:
        """Note that *record* needs no more attention."""
        fd = os.open(self._path("done.txt"), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _MODE)
        try:
            os.write(fd, f"\n{record.id}\n".encode())
        finally:
            os.close(fd)
        self.records.remove(record)

    def tidy(self) -> None:
        """Leave no file behind when nothing waits."""
        if not self.records:
            _remove(self._path("outbox.jsonl"))
            _remove(self._path("done.txt"))

    def reject(self, record: Record, answer: str, now: float) -> None:
        """Set *record* aside for people to look at, with the server's *answer*."""
        fields = {name: getattr(record, name) for name in Record.__slots__}
        _lines.append(
            self._path("rejected.jsonl"), {**fields, "answer": answer, "rejected_at": int(now * 1000)}
        )
        self.finish(record)

    def _path(self, name: str) -> str:
        return f"{self._spool}/{name}"

    def _take_current(self) -> None:
        try:
            os.rename(self._path("current.jsonl"), self._path("taken.jsonl"))
        except FileNotFoundError:
            return
        _wait_for_writers(self._path("taken.jsonl"))

    def _merge(self) -> None:
        """Write what is unfinished to a new outbox, then remove what it was made of."""
        sources = [self._path("outbox.jsonl"), self._path("taken.jsonl")]
        self.records = _unfinished(sources, self._path("done.txt"))
        self._evict()
        if self.records:
            _replace(self._path("outbox.jsonl"), self.records)
        else:
            _remove(self._path("outbox.jsonl"))
        _remove(self._path("taken.jsonl"))
        _remove(self._path("done.txt"))

    def _evict(self) -> None:
        """Drop the oldest when there is too much: news is worth more than history."""
        size = sum(len(record.body) + 1 for record in self.records)
        while size > LIMIT_BYTES:
            size -= len(self.records.pop(0).body) + 1
            self.evicted += 1


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_writers(path: str) -> None:
    """The lock is had when the last writer has closed the file, and is let go at once."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
    finally:
        os.close(fd)


def _unfinished(paths: list[str], done: str) -> list[Record]:
    finished = _ids(done)
    found: dict[str, Record] = {}
    for path in paths:
        for value in _lines.read(path):
            record = _record(value)
            if record is not None and record.id not in finished:
                found[record.id] = record
    return list(found.values())


def _ids(path: str) -> frozenset[str]:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return frozenset(file.read().split())
    except FileNotFoundError:
        return frozenset()


def _record(value: dict[str, Any]) -> Record | None:
    """Return the record that *value* is, or None if it is none: the disk may hold anything."""
    texts = {name: value.get(name) for name in _TEXT_FIELDS}
    time = value.get("time")
    if not isinstance(time, int) or not all(isinstance(text, str) for text in texts.values()):
        return None
    return Record(time=time, **texts)  # type: ignore[arg-type]  # just checked


def _replace(path: str, records: list[Record]) -> None:
    temporary = f"{path}.tmp"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE)
    with open(fd, "wb") as file:
        file.writelines(f"\n{record.line()}\n".encode() for record in records)
        file.flush()
        os.fsync(fd)
    os.replace(temporary, path)


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
