"""The few file operations that both halves of the spool need. Imports nothing."""

from __future__ import annotations

import errno
import os

#: Files are for their owner only.
MODE = 0o600


def write_whole(fd: int, data: bytes) -> None:
    """Write *data*; where there is room for a part only, say so.

    Raises:
        OSError: it cannot be written, or not whole.
    """
    if os.write(fd, data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def remove(path: str) -> None:
    """Remove the file if it is there.

    Raises:
        OSError: it is there and stays.
    """
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


def listed(directory: str, prefix: str) -> list[str]:
    """Return the paths in *directory* whose names begin with *prefix*, sorted; none if it is not there."""
    try:
        names = os.listdir(directory)
    except FileNotFoundError:
        return []
    return [f"{directory}/{name}" for name in sorted(names) if name.startswith(prefix)]
