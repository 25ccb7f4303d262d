"""One process at a time: what it has learned of a file must stay true while it is at work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from analytics.collector._errors import CollectorError


def sole_writer(path: str) -> AbstractContextManager[None]:
    """Be the one that writes to the file at *path*, for as long as this lasts.

    Raises:
        CollectorError: another process is.
    """
    return alone_at(path, f"another collector is at work on {path}; stop it first")


@contextmanager
def alone_at(path: str, otherwise: str) -> Iterator[None]:
    """Be the one that holds the lock of *path*, for as long as this lasts.

    The lock is a file beside it, since SQLite's own locks end when any descriptor of its file is closed.

    Raises:
        CollectorError: another process holds it, which *otherwise* says; or it cannot be made.
    """
    try:
        fd = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CollectorError(f"{path}.lock cannot be made: {os.strerror(error.errno or 0).lower()}") from None
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CollectorError(otherwise) from None
        yield
    finally:
        os.close(fd)
