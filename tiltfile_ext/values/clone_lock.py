"""One process at a time works on the clones of extensions: a check loads many Tiltfiles at once."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from tiltfile_ext.starkit import Thread

_WAIT_SECONDS = 0.05


@contextlib.contextmanager
def alone_with(thread: Thread, clones: str) -> Iterator[None]:
    """Keep other processes away from the directory *clones* meanwhile; the load can be stopped as it waits.

    Where no lock can be made, as in a directory that is read-only, there is none: git says what is wrong.
    """
    try:
        descriptor = os.open(f"{clones}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield
        return
    try:
        while not _locked(descriptor):
            thread.check()
            time.sleep(_WAIT_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
