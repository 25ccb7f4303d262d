"""At most one sender at a time, by a lock that ends with its process."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from analytics import _system
from analytics._system import MODE

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from analytics._system import Dirs


#: Where a command leaves the lock for the sender that it starts.
INHERITED_FD = 3


def inherited(dirs: Dirs) -> int | None:
    """Return the lock that the command which started this process handed down; None if it did not.

    A command takes the lock before it starts a sender. So of many commands that end at once, one starts
    a sender, and the others see that there is one, long before it runs.
    """
    try:
        if os.path.samestat(os.fstat(INHERITED_FD), os.stat(dirs.sender_lock)):
            return INHERITED_FD
    except OSError:
        pass
    with suppress(OSError):
        os.close(INHERITED_FD)
    return None


@contextmanager
def sole_sender(dirs: Dirs, lock: int | None = None) -> Iterator[bool]:
    """Hold the sender's lock for the time of the ``with``; give False if another process has it.

    Args:
        dirs: where things are kept.
        lock: the lock file, if it is open already; it is closed in the end.

    Raises:
        OSError: the file for it cannot be opened.
    """
    fd = os.open(dirs.sender_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE) if lock is None else lock
    substitute = None
    try:
        try:
            alone = _system.own(fd)
        except _system.NoLocksError:
            substitute = _claim_name(os.fstat(fd))
            alone = substitute is not None
        yield alone
    finally:
        os.close(fd)
        if substitute:
            substitute.close()


def _claim_name(file: os.stat_result) -> socket.socket | None:
    """Where files cannot be locked, own a name that only one process can own.

    Linux has such names in its space of abstract sockets; they need no file and end with their owner.
    Elsewhere there is no safe substitute, and nothing is sent: what waits is for ``analytics send``
    from another place, and ``doctor`` says so.
    """
    if sys.platform != "linux":
        return None
    import socket

    name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        name.bind(f"\0tilt-analytics-{os.getuid()}-{file.st_dev:x}-{file.st_ino:x}")
    except OSError:
        name.close()
        return None
    return name
