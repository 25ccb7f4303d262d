"""Files of the spool that are full, and what becomes of them when nobody fetches them.

The sender is meant to fetch them long before. Where it cannot, because the network is gone or because it
cannot be started, the oldest file goes when there is too much, and how many events that were is counted.
"""

from __future__ import annotations

import os
import time

from analytics import _drops, _system
from analytics._system import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._system import Dirs

PREFIX = "taken-"
_SUFFIX = ".jsonl"
_RECORD = b'\n{"allowed_by":'


def names(dirs: Dirs) -> list[str]:
    """Return the paths of the files that were taken from the writers, oldest first."""
    return [path for path in listed(dirs.spool, PREFIX) if path.endswith(_SUFFIX)]


def new_name(dirs: Dirs) -> str:
    """Return a path for one more, which sorts behind those that are there."""
    return f"{dirs.spool}/{PREFIX}{time.time_ns():016x}-{os.urandom(4).hex()}{_SUFFIX}"


def retire(dirs: Dirs) -> None:
    """Take the current file from the writers, who begin a new one, and make room if that is needed."""
    try:
        os.rename(f"{dirs.spool}/current.jsonl", new_name(dirs))
    except FileNotFoundError:  # another writer, or the sender, was faster
        return
    evict(dirs)


def evict(dirs: Dirs) -> None:
    """Remove the oldest files until what is left is within its part of the limit; count what is lost."""
    paths = names(dirs)
    sizes = [_size(path) for path in paths]
    excess = sum(sizes) - dirs.limit * 2 // 5
    for path, size in zip(paths[:-1], sizes, strict=False):
        if excess <= 0:
            return
        excess -= size
        _drop(dirs, path)


def _drop(dirs: Dirs, path: str) -> None:
    """Remove a file, unless a sender has it in hand, or another writer has just removed it."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not _mine(fd) or not os.path.exists(path):
            return
        lost = _count(fd)
        os.unlink(path)
    finally:
        os.close(fd)
    _drops.add(dirs, _drops.EVICTED, lost)


def _mine(fd: int) -> bool:
    try:
        return _system.own(fd)
    except _system.NoLocksError:
        return True


def _count(fd: int) -> int:
    with os.fdopen(os.dup(fd), "rb") as file:
        return file.read().count(_RECORD)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
