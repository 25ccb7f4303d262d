"""The last thing that a command does: put its events on the spool, start the process that posts, and be gone.

Nothing here waits: not for the network, not for the disk, and not for the process.

The child gets nothing of the events: not in its arguments, not in its environment. It reads the spool.
It begins as a shell that sleeps, and becomes an interpreter when the command is gone: without the site
module and in isolated mode, so that no code of the project, of the current directory, or of a ``.pth``
file runs in it; in exchange it is told where this interpreter finds its modules, so that whatever the
parent could import, installed or not, the child can.
"""

from __future__ import annotations

import os
import sys

from analytics import _spool, _system
from analytics._spool import SpoolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._drops import Claim
    from analytics._spool import Record
    from analytics._system import Dirs

_SHELL = "/bin/sh"

#: The command exits meanwhile, undisturbed: an interpreter that starts takes a processor for as long as one
#: that ends, and on a busy machine it would be the command's. Commands that follow at once find that there
#: is a sender.
_LATER = 'sleep 0.1; exec "$@"'

_NICE = 10

_BOOTSTRAP = (
    f"import os, sys; os.nice({_NICE}); "
    "sys.path[:] = sys.argv[1:]; from analytics._sender import main; main()"
)

_LOCK_FD = 3  # where the sender looks for it, see `_sole`

#: All that the sender may need to know: where home is, and how to reach the network. A no need not be passed
#: on: where the environment says no, no sender is started.
#: The hash key, tokens, and whatever else lives in an environment stay behind.
_PASSED_ON = (
    "HOME",
    "PATH",
    "TMPDIR",
    "SYSTEMROOT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
)


def losses(dirs: Dirs, overflow: int, now_ms: int) -> Claim | None:
    """Return what was lost on this side and is to be reported now; None, as nearly always, if nothing was.

    Args:
        dirs: where things are kept.
        overflow: how many events this run has left out because there were too many.
        now_ms: the time.
    """
    if not overflow and not os.path.exists(dirs.drops):
        return None
    from analytics import _drops

    _drops.add(dirs, _drops.OVERFLOW, overflow)
    return _drops.claim(dirs, now_ms)


def keep(dirs: Dirs, records: list[Record]) -> None:
    """Put *records* on the spool; count them if that is not possible.

    Raises:
        SpoolError: it is not possible.
    """
    try:
        _spool.append(dirs, records)
    except SpoolError:
        from analytics import _drops

        _drops.add(dirs, _drops.UNWRITTEN, len(records))
        raise


def send(dirs: Dirs, environ: Mapping[str, str], url: str, now_ms: int) -> int:
    """Start the process that posts, unless one is at it, or *url* asked to be left alone.

    Returns:
        Its process id; 0 if none was started.

    Raises:
        OSError: it cannot be started.
    """
    if os.path.exists(dirs.servers) and _is_held(dirs, url, now_ms):
        return 0
    try:
        lock = _system.open_owned(dirs.sender_lock)
    except _system.NoLocksError:
        return spawn_sender(dirs, environ, None)
    if lock is None:
        return 0  # it looks at the spool once more after it has let go of the lock
    try:
        return spawn_sender(dirs, environ, lock)
    finally:
        os.close(lock)  # the sender has it, too, and keeps it


def _is_held(dirs: Dirs, url: str, now_ms: int) -> bool:
    from analytics import _servers

    return not _servers.is_worth_trying(dirs, url, now_ms)


def spawn_sender(dirs: Dirs, environ: Mapping[str, str], lock: int | None) -> int:
    """Start a detached sender for *dirs* and return its process id, without waiting for anything.

    Args:
        dirs: where things are kept.
        environ: the environment, of which the sender gets what it needs.
        lock: the sender's lock, held, to be handed down; None where there are no locks.

    Raises:
        OSError: it cannot be started.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        raise OSError("there is no Python interpreter to run the sender with")
    if not os.access(sys.executable, os.X_OK):  # a shell would find out when nobody listens any more
        raise OSError(f"the sender cannot be started: {sys.executable} cannot be run")
    argv = _after_the_command([sys.executable, "-I", "-S", "-c", _BOOTSTRAP, *_module_path()])
    files: list[tuple[object, ...]] = []
    if lock is not None:  # before the standard streams are replaced: it may be one of them
        files.append((os.POSIX_SPAWN_DUP2, lock, _LOCK_FD))
    files += [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    variables = _environment(dirs, environ)
    try:
        return os.posix_spawn(argv[0], argv, variables, file_actions=files, setsid=True)
    except NotImplementedError:  # an old libc: the child makes its own session
        return os.posix_spawn(argv[0], argv, variables, file_actions=files)


def _after_the_command(argv: list[str]) -> list[str]:
    """Return what runs *argv*, in the same process, when the command has had time to exit."""
    return [_SHELL, "-c", _LATER, _SHELL, *argv] if os.path.exists(_SHELL) else argv


def _module_path() -> list[str]:
    """Relative entries mean another directory in a child that has moved to /, and are left out."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return [root, *(entry for entry in sys.path if os.path.isabs(entry) and entry != root)]


def _environment(dirs: Dirs, environ: Mapping[str, str]) -> dict[str, str]:
    passed = {name: environ[name] for name in _PASSED_ON if name in environ}
    # whatever the program: the sender finds everything by the name that it has for Tilt
    return {**passed, "TILT_DEV_DIR": dirs.top, "TILT_ANALYTICS_MAX_BYTES": str(dirs.limit)}
