"""Events on disk, between the command that recorded them and the process that posts them.

Writers append to ``current.jsonl``: open, shared lock, one write, close. The one sender renames that
file away, waits for the writers that still hold it (the exclusive lock proves that they are done; file
times prove nothing), and from then on owns it. A writer that opened the file just before it was renamed
notices that the name leads elsewhere, and opens the new one.

A record is one JSON object between two newlines, so that a torn record, whatever tore it, cannot
spoil the next one. It holds the body as a string: what is posted is these bytes and no others.
"""

from __future__ import annotations

import fcntl
import os

from analytics import _json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._dirs import Dirs

_MODE = 0o600
_TRIES = 5

#: Above this, new events are dropped rather than kept: nobody came to fetch the old ones.
LIMIT_BYTES = 5 * 1024 * 1024


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

    def line(self) -> str:
        """Return the record as one line of JSON, without newlines."""
        fields: dict[str, str | int] = {name: getattr(self, name) for name in self.__slots__}
        return _json.encode(fields)


def new_id(time_ms: int) -> str:
    """Return an id that sorts by time and that no other event has, in whatever process."""
    return f"{time_ms:012x}{os.urandom(10).hex()}"


def append(dirs: Dirs, records: list[Record]) -> None:
    """Keep *records*, all in one write.

    Raises:
        SpoolError: they are not kept.
    """
    data = "".join(f"\n{record.line()}\n" for record in records).encode()
    try:
        dirs.make(dirs.spool)
        fd = _open_current(f"{dirs.spool}/current.jsonl")
        try:
            _write(fd, data)
        finally:
            os.close(fd)
    except (OSError, ValueError) as error:
        raise SpoolError(str(error)) from error


def _open_current(path: str) -> int:
    """Open the file that writers share, locked against being taken away. Never waits."""
    for _ in range(_TRIES):
        fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _MODE)
        mine = False
        try:
            mine = _lock(fd) and _still_named(fd, path)
        finally:
            if not mine:
                os.close(fd)
        if mine:
            return fd
    raise SpoolError("the spool is busy")


def _lock(fd: int) -> bool:
    """Share the file. Only a sender that has renamed it locks it otherwise, so a refusal means: reopen."""
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_named(fd: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))
    except FileNotFoundError:
        return False


def _write(fd: int, data: bytes) -> None:
    if os.fstat(fd).st_size + len(data) > LIMIT_BYTES:
        raise SpoolError("the spool is full")
    written = os.write(fd, data)
    if written != len(data):
        raise SpoolError("the disk is full")
