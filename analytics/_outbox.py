"""The sender's half of the spool. Only the process that holds the sender's lock may use it.

``current.jsonl``    where commands append (see `_spool`).
``taken-….jsonl``    the same file, renamed: no command writes there once its exclusive lock was had.
``outbox.jsonl``     what waits to be posted.
``done.txt``         ids of records in the outbox that need no more attention.
``batches.jsonl``    which events were put into one batch, until that batch is accepted.
``rejected.jsonl``   what a server refused for good, with its answer.

Killed at any moment, the next sender finds every record in at least one of the first three. A record that
is in two of them is known by its id. What was accepted but not yet noted as done is posted again under the
same id, which is what ids are for.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from analytics import _drops, _lines, _segments, _system
from analytics._spool import Record
from analytics._system import MODE, remove, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analytics._system import Dirs

_TEXT_FIELDS = ("id", "url", "level", "allowed_by", "body")
_STAY = frozenset(("sender.lock", "servers.txt"))
_PATIENCE_SECONDS = 5.0
_WRITER_SECONDS = 2.0


@contextmanager
def gate(dirs: Dirs) -> Iterator[None]:
    """Between a look at the consent and what is done upon it, let no opt-out slip in.

    The directory itself is locked. Where it cannot be, or where the other side takes too long, go on.
    """
    fd = os.open(dirs.spool, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(_system.NoLocksError):
            _system.own_within(fd, _PATIENCE_SECONDS)
        yield
    finally:
        os.close(fd)


def has_new(dirs: Dirs, skipped: Iterable[str] = ()) -> bool:
    """Return whether commands have recorded anything since an `Outbox.absorb` that *skipped* some files."""
    new = set(_segments.names(dirs)).difference(skipped)
    return bool(new) or os.path.exists(f"{dirs.spool}/current.jsonl")


def waiting(dirs: Dirs) -> list[Record]:
    """Return what waits to be posted, oldest first. For looking; needs no lock.

    Raises:
        OSError: it is there but cannot be read.
    """
    finished = _ids(f"{dirs.spool}/done.txt")
    # Read in the direction in which records move, so that none slips through between two files.
    current = list(_records(f"{dirs.spool}/current.jsonl"))
    taken = [record for path in _segments.names(dirs) for record in _records(path)]
    records = [*_records(f"{dirs.spool}/outbox.jsonl"), *taken, *current]
    return list({record.id: record for record in records if record.id not in finished}.values())


def rejected(dirs: Dirs) -> list[dict[str, Any]]:
    """Return what servers refused for good, each with its answer. For looking; needs no lock."""
    return list(_lines.read(f"{dirs.spool}/rejected.jsonl"))


def purge(dirs: Dirs) -> None:
    """Throw away everything that was not sent. A sender that runs now posts nothing more of it.

    Raises:
        OSError: something cannot be thrown away.
    """
    with suppress(FileNotFoundError), gate(dirs):
        for name in os.listdir(dirs.spool):
            if name not in _STAY:
                remove(f"{dirs.spool}/{name}")


class Outbox:
    """What waits to be posted, oldest first, and which of it was put into batches."""

    def __init__(self, dirs: Dirs) -> None:
        self._dirs = dirs
        self._spool = dirs.spool
        self._records: dict[str, Record] = {}
        self.batches: list[list[str]] = []
        self.evicted = 0
        self.skipped: list[str] = []

    @property
    def records(self) -> list[Record]:
        """What waits, oldest first."""
        return list(self._records.values())

    def absorb(self) -> None:
        """Take over what commands have recorded, and what an earlier sender left.

        Raises:
            OSError: the disk refuses; everything is still where it was.
        """
        with gate(self._dirs):
            _take_current(self._dirs)
            paths = _segments.names(self._dirs)
            with _owned(paths) as taken:
                self.skipped = [path for path in paths if path not in taken]
                self._merge(taken)

    def is_purged(self) -> bool:
        """Return whether what is held here has been thrown away by `purge`."""
        return not os.path.exists(self._path("outbox.jsonl"))

    def holds(self, ids: Iterable[str]) -> bool:
        """Return whether all of these events wait here."""
        return all(id in self._records for id in ids)

    def named(self, ids: Iterable[str]) -> list[Record]:
        """Return the records that have these ids, which must wait here."""
        return [self._records[id] for id in ids]

    def remember_batch(self, ids: list[str]) -> None:
        """Write down that these events go together, before they do so for the first time.

        Raises:
            OSError: it cannot be written.
        """
        _lines.append(self._path("batches.jsonl"), {"ids": ids})
        self.batches.append(ids)

    def forget_batch(self, ids: list[str]) -> None:
        """Note that these events need not go together any more."""
        self.batches = [batch for batch in self.batches if batch != ids]
        self._write_batches()

    def finish(self, records: Iterable[Record]) -> None:
        """Note that *records* need no more attention.

        Raises:
            OSError: it cannot be written.
        """
        ids = [record.id for record in records]
        fd = os.open(self._path("done.txt"), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, MODE)
        try:
            write_whole(fd, "".join(f"\n{id}\n" for id in ids).encode())
        finally:
            os.close(fd)
        for id in ids:
            self._records.pop(id, None)

    def tidy(self) -> None:
        """Leave no file behind when nothing waits, or when it was thrown away meanwhile."""
        if not self._records or self.is_purged():
            for name in ("outbox.jsonl", "batches.jsonl", "done.txt"):
                remove(self._path(name))

    def reject(self, record: Record, answer: str, now: float) -> None:
        """Set *record* aside for people to look at, with the server's *answer*.

        Raises:
            OSError: it cannot be written.
        """
        fields = {name: getattr(record, name) for name in Record.__slots__}
        line = {**fields, "answer": answer, "rejected_at": int(now * 1000)}
        self._make_room_among_rejected()
        _lines.append(self._path("rejected.jsonl"), line)
        self.finish([record])

    def _path(self, name: str) -> str:
        return f"{self._spool}/{name}"

    def _merge(self, taken: list[str]) -> None:
        """Bring everything that waits into the outbox, then remove what it came from."""
        finished = _ids(self._path("done.txt"))
        old = {r.id: r for r in _records(self._path("outbox.jsonl")) if r.id not in finished}
        new = {
            record.id: record
            for path in taken
            for record in _records(path)
            if record.id not in finished and record.id not in old
        }
        self._records = {**old, **new}
        if self._evict() or finished:
            self._rewrite()
        else:
            self._add(new.values())
        for path in taken:
            remove(path)
        self._keep_batches()

    def _rewrite(self) -> None:
        """Replace the outbox; only then may what is done be forgotten."""
        if self._records:
            _lines.replace(self._path("outbox.jsonl"), (r.line() for r in self._records.values()))
        else:
            remove(self._path("outbox.jsonl"))
        remove(self._path("done.txt"))

    def _add(self, records: Iterable[Record]) -> None:
        """Append to the outbox. Torn, it costs nothing: the records are still where they came from."""
        data = b"".join(record.line() for record in records)
        if not data:
            return
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        fd = os.open(self._path("outbox.jsonl"), flags, MODE)
        try:
            write_whole(fd, data)
            _lines.sync(fd)
        finally:
            os.close(fd)

    def _evict(self) -> bool:
        """Drop the oldest when there is too much: news is worth more than history."""
        sizes = {record.id: len(record.line()) for record in self._records.values()}
        excess = sum(sizes.values()) - self._dirs.limit // 2
        evicted = 0
        for id, size in sizes.items():
            if excess <= 0:
                break
            excess -= size
            evicted += 1
            del self._records[id]
        self.evicted += evicted
        _drops.add(self._dirs, _drops.EVICTED, evicted)
        return bool(evicted)

    def _keep_batches(self) -> None:
        """Of the batches that were begun, keep those that can still go as they are."""
        lines = list(_lines.read(self._path("batches.jsonl")))
        batches = [[str(id) for id in line.get("ids", ())] for line in lines]
        self.batches = [ids for ids in batches if ids and self.holds(ids)]
        if len(self.batches) != len(lines):
            self._write_batches()

    def _write_batches(self) -> None:
        path = self._path("batches.jsonl")
        if self.batches:
            _lines.replace(path, [_lines.line({"ids": ids}) for ids in self.batches])
        else:
            remove(path)

    def _make_room_among_rejected(self) -> None:
        """What was refused is kept to be looked at, not for ever: of too much, the newer half stays."""
        path = self._path("rejected.jsonl")
        with suppress(FileNotFoundError):
            if os.stat(path).st_size > self._dirs.limit // 20:
                lines = list(_lines.read(path))
                _lines.replace(path, map(_lines.line, lines[len(lines) // 2 :]))


def _take_current(dirs: Dirs) -> None:
    with suppress(FileNotFoundError):
        os.rename(f"{dirs.spool}/current.jsonl", _segments.new_name(dirs))


@contextmanager
def _owned(paths: list[str]) -> Iterator[list[str]]:
    """Give those of *paths* that no writer holds any more, and keep everybody's hands off them."""
    fds = []
    owned = []
    try:
        for path in paths:
            with suppress(FileNotFoundError):  # evicted by a command, just now
                fds.append(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
                if _had(fds[-1]):
                    owned.append(path)
        yield owned
    finally:
        for fd in fds:
            os.close(fd)


def _had(fd: int) -> bool:
    """The lock is had when the last writer has closed the file. One that was stopped is not waited for."""
    try:
        return _system.own_within(fd, _WRITER_SECONDS)
    except _system.NoLocksError:  # then a file gets its name when it is complete
        return True


def _ids(path: str) -> frozenset[str]:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return frozenset(file.read().split())
    except FileNotFoundError:
        return frozenset()


def _records(path: str) -> Iterator[Record]:
    return (record for value in _lines.read(path) if (record := _record(value)) is not None)


def _record(value: dict[str, Any]) -> Record | None:
    """Return the record that *value* is, or None if it is none: the disk may hold anything."""
    texts = {name: value.get(name) for name in _TEXT_FIELDS}
    time = value.get("time")
    if not isinstance(time, int) or not all(isinstance(text, str) for text in texts.values()):
        return None
    return Record(time=time, **texts)  # type: ignore[arg-type]  # just checked
