"""One process writes to a collector's file: what it has learned of the file must stay true."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from analytics.collector._errors import CollectorError


@contextmanager
def sole_writer(path: str) -> Iterator[None]:
    """Be the one that writes to the file at *path*, for as long as this lasts.

    The lock is a file beside it, since SQLite's own locks end when any descriptor of its file is closed.

    Raises:
        CollectorError: another process is.
    """
    try:
        fd = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CollectorError(f"{path}.lock cannot be made: {os.strerror(error.errno or 0).lower()}") from None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CollectorError(f"another collector is at work on {path}; stop it first") from None
    finally:
        os.close(fd)
