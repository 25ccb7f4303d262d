"""What was lost on this side, counted by reason, so that a gap is never mistaken for silence.

Counts wait in ``drops.jsonl``. The next command that may send them makes an event of them
(``analytics.dropped``): the counts are taken away under a name that holds the id of that event, so that
a command that is killed in between makes the same event again, under the same id, and not another one.
"""

from __future__ import annotations

import os

from analytics import _event, _system
from analytics._digest import seal
from analytics._spool import new_id, open_shared
from analytics._system import listed, remove, write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._system import Dirs

#: Why an event was lost: too much waited; one run recorded too many; it could not be written.
EVICTED, OVERFLOW, UNWRITTEN = "evicted", "overflow", "unwritten"
REASONS = (EVICTED, OVERFLOW, UNWRITTEN)

_CLAIMED = "dropped-"


class Claim:
    """Counts that are about to be reported: by reason, and the id of the event that reports them."""

    __slots__ = ("_path", "counts", "id")

    def __init__(self, path: str) -> None:
        self._path = path
        self.id = os.path.basename(path).removeprefix(_CLAIMED).removesuffix(".jsonl")
        self.counts = _read(path)

    def settle(self) -> None:
        """Forget the counts: the event that reports them is in the spool."""
        remove(self._path)


def add(dirs: Dirs, reason: str, count: int) -> None:
    """Count *count* lost events. Never raises: a disk that loses events may lose their number, too."""
    if not count:
        return
    try:
        fd = open_shared(dirs.drops)
        try:
            write_whole(fd, b"\n%b\n" % seal(_event.encode({"reason": reason, "count": count})))
        finally:
            os.close(fd)
    except (OSError, _system.NoLocksError):
        return


def pending(dirs: Dirs) -> dict[str, int]:
    """Return what was lost and not reported yet, by reason. For looking."""
    total: dict[str, int] = {}
    for path in [dirs.drops, *listed(dirs.spool, _CLAIMED)]:
        for reason, count in _read(path).items():
            total[reason] = total.get(reason, 0) + count
    return total


def claim(dirs: Dirs, now_ms: int) -> Claim | None:
    """Take what is to be reported, if there is anything."""
    left = listed(dirs.spool, _CLAIMED)
    path = left[0] if left else f"{dirs.spool}/{_CLAIMED}{new_id(now_ms)}.jsonl"
    if not left:
        try:
            os.rename(dirs.drops, path)
        except FileNotFoundError:
            return None
        _wait_for_writers(path)
    return Claim(path)


def _wait_for_writers(path: str) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _system.own_within(fd, 0.05)
    except _system.NoLocksError:
        return
    finally:
        os.close(fd)


def _read(path: str) -> dict[str, int]:
    from analytics import _lines

    counts: dict[str, int] = {}
    for line in _lines.read(path):
        reason, count = line.get("reason"), line.get("count")
        if reason in REASONS and isinstance(count, int):
            counts[reason] = counts.get(reason, 0) + count
    return counts
