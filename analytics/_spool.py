"""Events on disk, between the command that recorded them and the process that posts them.

Writers append to ``current.jsonl``: open, shared lock, one write, close. The one sender renames that file
to ``taken-….jsonl``, waits for the writers that still hold it (the exclusive lock proves that they are done;
file times prove nothing), and from then on owns it. A writer that opened the file just before it was renamed
notices that the name leads elsewhere, and opens the new one. Where there are no locks, a writer makes a
taken file of its own, complete when it gets its name.

A record is one JSON object with a checksum, between two newlines, so that a torn record, whatever tore it,
cannot spoil the next one. It holds the body as a string: what is posted is these bytes and no others.
"""

from __future__ import annotations

import os

from analytics import _event, _system
from analytics._digest import seal
from analytics._system import MODE, remove, write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._system import Dirs

_TRIES = 100
_LONGEST_WRITE = 128 * 1024


class SpoolError(Exception):
    """The event could not be kept; ``str()`` says why."""


class Record:
    """An event as kept: its id, time in ms, where it goes, why it may go, and its body.

    ``level`` is the registry's; ``allowed_by`` is the rule that allowed it (see `Decision.rule`), which
    the sender checks again: a Tiltfile's yes stays one, a user's yes may have become a no.
    """

    __slots__ = ("allowed_by", "body", "id", "level", "time", "url")

    def __init__(self, *, id: str, time: int, url: str, level: str, allowed_by: str, body: str) -> None:
        self.id = id
        self.time = time
        self.url = url
        self.level = level
        self.allowed_by = allowed_by
        self.body = body

    def line(self) -> bytes:
        """Return the record as it is kept, newlines included."""
        quote = _event.quote
        return b"\n%b\n" % seal(
            f'{{"allowed_by":{quote(self.allowed_by)},"body":{quote(self.body)},"id":{quote(self.id)},'
            f'"level":{quote(self.level)},"time":{int(self.time)},"url":{quote(self.url)}}}'
        )


def new_id(time_ms: int) -> str:
    """Return an id that sorts by time and that no other event has, in whatever process."""
    return f"{time_ms:012x}{os.urandom(10).hex()}"


def append(dirs: Dirs, records: list[Record]) -> None:
    """Keep *records*, in as few writes as can be.

    Raises:
        SpoolError: they are not kept, or not all.
    """
    try:
        for data in _joined([record.line() for record in records]):
            _keep(dirs, data)
    except (OSError, ValueError) as error:
        raise SpoolError(str(error)) from error


def open_shared(path: str) -> int:
    """Open a file that writers share, locked against being taken away. Never waits for long.

    Raises:
        NoLocksError: there are no locks here.
        OSError: it cannot be opened.
    """
    for _ in range(_TRIES):
        fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, MODE)
        mine = False
        try:
            mine = _system.share(fd) and _still_named(fd, path)
        finally:
            if not mine:
                os.close(fd)
        if mine:
            return fd
    raise OSError("the spool is busy")


def _joined(lines: list[bytes]) -> list[bytes]:
    """Put lines together into writes that the kernel makes in one go."""
    writes: list[bytes] = []
    for line in lines:
        if writes and len(writes[-1]) + len(line) <= _LONGEST_WRITE:
            writes[-1] += line
        else:
            writes.append(line)
    return writes


def _keep(dirs: Dirs, data: bytes) -> None:
    try:
        size = _append(f"{dirs.spool}/current.jsonl", data)
    except FileNotFoundError:  # the first event ever
        dirs.make(dirs.spool)
        size = _append(f"{dirs.spool}/current.jsonl", data)
    except _system.NoLocksError:
        _write_own(dirs, data)
        return
    if size > dirs.limit // 20:
        from analytics import _segments

        _segments.retire(dirs)


def _append(path: str, data: bytes) -> int:
    """Return how long the file is now."""
    fd = open_shared(path)
    try:
        write_whole(fd, data)
        return os.fstat(fd).st_size
    finally:
        os.close(fd)


def _still_named(fd: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))
    except FileNotFoundError:
        return False


def _write_own(dirs: Dirs, data: bytes) -> None:
    from analytics import _segments

    path = _segments.new_name(dirs)
    temporary = f"{path}.tmp"
    fd = os.open(temporary, os.O_WRONLY | os.O_EXCL | os.O_CREAT | os.O_CLOEXEC, MODE)
    try:
        try:
            write_whole(fd, data)
        finally:
            os.close(fd)
        os.rename(temporary, path)
    except OSError:
        remove(temporary)
        raise
    _segments.evict(dirs)
