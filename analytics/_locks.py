"""Kernel locks: they end with the process that holds them, so no lock is ever stale.

Some network filesystems, and Windows, have none. Then `NoLocksError` is raised, and callers take a way
that needs no lock: a writer makes a file of its own, a sender looks for another place for its lock.
"""

from __future__ import annotations

import errno
import os

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


def is_owned(path: str) -> bool:
    """Return whether a process that is alive owns the file."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not own(fd)
    except NoLocksError:
        return False
    finally:
        os.close(fd)


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
