"""Which watched files changed, from one look to the next, or while a load was reading them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import NamedTuple

from tiltfile_ext.watching._look import DIRECTORY, MISSING, Mark

#: the times of files come from a clock that ticks, and may be this much behind the one that programs read
_TICK_NS = 20_000_000


class FileChange(NamedTuple):
    """A watched path, and what became of it: "created", "changed" or "deleted"."""

    path: str
    kind: str


def changes(before: Mapping[str, Mark], now: Mapping[str, Mark]) -> tuple[FileChange, ...]:
    """What was written, made or removed between two looks at the same paths, in their order.

    A file that was written counts also if its content is the same: that is how people ask for a reload.
    """
    pairs = ((path, before.get(path, MISSING), now.get(path, MISSING)) for path in sorted({*before, *now}))
    return tuple(FileChange(path, _kind(old, new)) for path, old, new in pairs if old.differs(new))


def changes_during(
    before: Mapping[str, Mark], now: Mapping[str, Mark], sources: Mapping[str, bytes], since_ns: int
) -> tuple[FileChange, ...]:
    """What a load cannot have seen as it is *now*.

    What it wrote itself, with the content that was there before, is not among it: otherwise a Tiltfile that
    has a program write what it then reads would be loaded forever.

    Args:
        before: what there was just before the load, at the paths that were watched by then.
        now: what there is at the paths that the load wants watched.
        sources: path -> bytes that the load executed.
        since_ns: when *before* was, in nanoseconds since the epoch; tells of paths that are not in it.
    """
    stale = [
        FileChange(path, _kind(before.get(path, mark), mark))
        for path, mark in now.items()
        if _is_stale(before.get(path), mark, sources.get(path), since_ns)
    ]
    gone = [
        FileChange(path, "deleted")
        for path in before
        if path not in now and now.get(os.path.dirname(path)) == DIRECTORY
    ]
    return tuple(sorted((*stale, *gone)))


def _is_stale(before: Mark | None, now: Mark, source: bytes | None, since_ns: int) -> bool:
    """Whether a path may differ from what the load saw there; where nobody can tell, it may."""
    if source is not None and (now.digest or now == MISSING):
        return now.digest != hashlib.sha256(source).digest()
    if before is not None:
        return before.says_else(now)
    return max(now.modified_ns, now.changed_ns) > since_ns - _TICK_NS


def _kind(old: Mark, new: Mark) -> str:
    if new == MISSING:
        return "deleted"
    return "created" if old == MISSING else "changed"
