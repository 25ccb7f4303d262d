"""The question put to those who have not chosen: short, on a terminal only, once a day."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._system import Dirs

_MODE = 0o600
_LONGEST = 64


def text(command: str) -> str:
    """Return the question, one line, for users who run the command line as *command*."""
    return (
        f"analytics: may your use of this tool be reported? `{command} opt in` or `{command} opt out`; "
        f"until you choose, only that somebody ran it is sent, without identity (`{command} log` shows it)"
    )


def claim(dirs: Dirs, now: float) -> bool:
    """Return whether the question is due today, and take today: of two runs at once, one gets True.

    Raises:
        OSError: it cannot be remembered that the question was put.
    """
    import fcntl

    today = time.strftime("%Y-%m-%d", time.gmtime(now)).encode()
    dirs.make(dirs.user)
    fd = os.open(dirs.nudge, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.pread(fd, _LONGEST, 0) == today:
            return False
        os.pwrite(fd, today, 0)
        os.ftruncate(fd, len(today))
        return True
    finally:
        os.close(fd)
