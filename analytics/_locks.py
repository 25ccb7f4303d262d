"""Kernel locks: they end with the process that holds them, so no lock is ever stale.

Some network filesystems, and Windows, have none. Then `NoLocksError` is raised, and callers take a way
that needs no lock: a writer makes a file of its own, a sender looks for another place for its lock.
"""

from __future__ import annotations

import errno
import os

from analytics._files import MODE

TYPE_CHECKING = False
if TYPE_CHECKING:
    import fcntl
else:
    try:
        import fcntl
    except ImportError:  # Windows
        fcntl = None

_UNSUPPORTED = frozenset((errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL))


class NoLocksError(Exception):
    """This filesystem, or this system, has no such locks."""


def share(fd: int) -> bool:
    """Lock the file for writing among others; False if somebody owns it. Does not wait.

    Raises:
        NoLocksError: there are no locks here.
    """
    return _lock(fd, shared=True)


def own(fd: int) -> bool:
    """Lock the file for oneself; False if somebody else has it. Does not wait.

    Raises:
        NoLocksError: there are no locks here.
    """
    return _lock(fd, shared=False)


def own_within(fd: int, seconds: float) -> bool:
    """Do as `own`, but wait for up to *seconds*."""
    import time

    end = time.monotonic() + seconds
    while not own(fd):
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def open_owned(path: str) -> int | None:
    """Open the file and lock it for oneself; None if somebody else has it. Does not wait.

    Raises:
        NoLocksError: there are no locks here.
        OSError: the file cannot be opened.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE)
    mine = False
    try:
        mine = own(fd)
    finally:
        if not mine:
            os.close(fd)
    return fd if mine else None


def _lock(fd: int, *, shared: bool) -> bool:
    if fcntl is None:
        raise NoLocksError
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            raise NoLocksError from error
        raise
    return True
