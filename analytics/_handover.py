"""The last thing that a command does: put its events on the spool, and start the process that posts.

Nothing here waits: not for the network, not for the disk, and not for the process.
"""

from __future__ import annotations

import os

from analytics import _spool
from analytics._spool import SpoolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._dirs import Dirs
    from analytics._drops import Claim
    from analytics._spool import Record


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
    from analytics import _locks, _spawn

    if os.path.exists(dirs.servers) and _is_held(dirs, url, now_ms):
        return 0
    try:
        lock = _locks.open_owned(dirs.sender_lock)
    except _locks.NoLocksError:
        return _spawn.spawn_sender(dirs, environ, None)
    if lock is None:
        return 0  # it looks at the spool once more after it has let go of the lock
    try:
        return _spawn.spawn_sender(dirs, environ, lock)
    finally:
        os.close(lock)  # the sender has it, too, and keeps it


def _is_held(dirs: Dirs, url: str, now_ms: int) -> bool:
    from analytics import _servers

    return not _servers.is_worth_trying(dirs, url, now_ms)
