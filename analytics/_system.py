"""What is asked of the operating system: the time, our directories, small files, and locks.

Locks are the kernel's: they end with the process that holds them, so no lock is ever stale. Some network
filesystems, and Windows, have none. Then `NoLocksError` is raised, and callers take a way that needs no
lock: a writer makes a file of its own, a sender looks for another place for its lock.
"""

from __future__ import annotations

import errno
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

#: Files are for their owner only.
MODE = 0o600

_UNSUPPORTED = frozenset((errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL))

#: How many bytes may wait to be sent; above it, the oldest go.
DEFAULT_LIMIT = 5 * 1024 * 1024

PRIVATE_DIR = 0o700
PUBLIC_DIR = 0o755


class SystemClock:
    """The time of this machine."""

    __slots__ = ()

    def now(self) -> float:
        """Return seconds since 1970, UTC."""
        return time.time()


SYSTEM = SystemClock()


def home(environ: Mapping[str, str]) -> str:
    """Return the home directory: the environment's, else the one on record; "" if there is none."""
    return environ.get("HOME") or _home_of_record()


def _home_of_record() -> str:
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_dir
    except (ImportError, KeyError, AttributeError):
        return ""


class Dirs:
    """The paths of one user's analytics files, all below *top* ("" if there is no home at all).

    ``limit`` is how many bytes may wait to be sent.
    """

    __slots__ = ("analytics", "limit", "spool", "top", "user")

    def __init__(self, top: str, limit: int = DEFAULT_LIMIT) -> None:
        self.top = top
        self.limit = limit
        self.analytics = f"{top}/analytics"
        self.user = f"{top}/analytics/user"
        self.spool = f"{top}/analytics/spool"

    @property
    def choice(self) -> str:
        """The user's choice: Tilt's file, in Tilt's format."""
        return f"{self.user}/choice.txt"

    @property
    def secret(self) -> str:
        """The random key under which this user's identities are made."""
        return f"{self.user}/identity.key"

    @property
    def nudge(self) -> str:
        """The day on which the nudge was last shown."""
        return f"{self.user}/nudged.txt"

    @property
    def noticed(self) -> str:
        """Whom the user was told of that turned reporting on."""
        return f"{self.user}/noticed.txt"

    @property
    def answers(self) -> str:
        """Digests of what programs such as git answered, so that they need not be asked each time."""
        return f"{self.user}/answers.txt"

    @property
    def servers(self) -> str:
        """What is known of the addresses that events go to."""
        return f"{self.spool}/servers.txt"

    @property
    def drops(self) -> str:
        """How many events were lost on this side, until that is reported."""
        return f"{self.spool}/drops.jsonl"

    @property
    def sender_lock(self) -> str:
        """What the sender locks. Empty; it stays when the sender goes."""
        return f"{self.spool}/sender.lock"

    @property
    def ledger(self) -> str:
        """Everything that was ever sent."""
        return f"{self.analytics}/ledger.jsonl"

    def make(self, directory: str) -> None:
        """Create *directory*, one of ours, and those above it, with Tilt's modes.

        Raises:
            OSError: it cannot be created.
        """
        if not self.top:
            raise FileNotFoundError("no home directory: HOME is not set")
        os.makedirs(self.top, PUBLIC_DIR, exist_ok=True)
        for path in (self.analytics, directory):
            try:
                os.mkdir(path, PRIVATE_DIR)
            except FileExistsError:
                if not os.path.isdir(path):
                    raise


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


class NoLocksError(Exception):
    """This filesystem, or this system, has no such locks."""


def has_locks() -> bool:
    """Return whether this system has locks at all; loads what they take, too."""
    try:
        import fcntl  # noqa: F401
    except ImportError:  # Windows
        return False
    return True


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
    if not has_locks():
        raise NoLocksError
    import fcntl

    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            raise NoLocksError from error
        raise
    return True
