"""Everything that was ever sent, on the user's own disk: body, address, time, answer.

An ``attempt`` is written, with the whole body, and is on the disk before a connection is opened; an
``answer`` follows when there is one. So the ledger may hold an attempt that never left, but nothing leaves
that is not in it. Only the sender writes here, and only while it holds the sender's lock.

What is older than 90 days goes, and of what is too much the oldest; a ``pruned`` line says so.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from analytics import _lines
from analytics._digest import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analytics._parcel import Parcel
    from analytics._system import Dirs

#: The ledger is kept below this age, and below twice the size that may wait to be sent.
LIMIT_MS = 90 * 24 * 3600 * 1000

_ROOM = 0.8  # a ledger that is cut is cut to this part of its limit, so that it is not cut every time
_NO_ANSWER = "no answer was written down"


class Ledger(NamedTuple):
    """What the file holds.

    Attributes:
        entries: one per attempt, oldest first: ``id`` (of the event, or of the batch), ``ids`` (of its
            events), ``time`` in ms, ``url``, ``type`` (media type), ``sha256``, ``body``, ``status`` (None:
            no answer; 0: none came) and ``detail``.
        pruned: how many attempts were removed because of their age or the ledger's size.
        damaged: how many lines are not whole.
    """

    entries: list[dict[str, Any]]
    pruned: int
    damaged: int


def attempt(dirs: Dirs, parcel: Parcel, now: float) -> None:
    """Write down that *parcel* is about to be posted, and wait until that is on the disk.

    Raises:
        OSError: it cannot be written, so it must not be posted.
    """
    body = parcel.body
    value = {
        "what": "attempt",
        "id": parcel.key,
        "ids": parcel.ids,
        "time": _ms(now),
        "url": without_credentials(parcel.url),
        "type": parcel.media_type,
        "sha256": sha256(body.encode()).hex(),
        "body": body,
    }
    _lines.append(dirs.ledger, value, durable=True)


def answer(dirs: Dirs, parcel: Parcel, now: float, *, status: int, detail: str) -> None:
    """Write down what came of it: an HTTP status, or 0 and what went wrong.

    Raises:
        OSError: it cannot be written.
    """
    line = {"what": "answer", "id": parcel.key, "time": _ms(now), "status": status, "detail": detail}
    _lines.append(dirs.ledger, line)


def entries(dirs: Dirs) -> list[dict[str, Any]]:
    """Return `Ledger.entries`.

    Raises:
        OSError: the ledger is there but cannot be read.
    """
    return read(dirs).entries


def read(dirs: Dirs) -> Ledger:
    """Return all that the ledger holds.

    Raises:
        OSError: the ledger is there but cannot be read.
    """
    found = list(_lines.scan(dirs.ledger))
    lines = [line for line in found if line is not None]
    pruned = sum(_count(line) for line in lines if line.get("what") == "pruned")
    return Ledger(_joined(lines), pruned, len(found) - len(lines))


def is_intact(entry: dict[str, Any]) -> bool:
    """Return whether the body of *entry* is, byte for byte, the one whose digest was written with it."""
    return sha256(str(entry.get("body")).encode("utf-8", "surrogatepass")).hex() == entry.get("sha256")


def prune(dirs: Dirs, now: float) -> int:
    """Remove what is too old or too much, and return how many attempts were ever removed; 0 if none now.

    The file is replaced as a whole; lines that stay keep their bytes.

    Raises:
        OSError: it cannot be done; the ledger is as it was.
    """
    oldest = _ms(now) - LIMIT_MS
    if not _is_due(dirs, oldest):
        return 0
    with open(dirs.ledger, "rb") as file:
        lines = [line for line in file if line.strip()]
    kept = _newest(lines, oldest, _limit(dirs))
    removed = sum(map(_attempts, lines[: len(lines) - len(kept)]))
    note = _lines.line({"what": "pruned", "time": _ms(now), "count": removed})
    _lines.replace(dirs.ledger, [note, *(b"\n%b\n" % line.strip() for line in kept)])
    return removed


def without_credentials(url: str) -> str:
    """Return *url* without user and password: whoever reads the ledger need not learn a write key."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def _joined(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put each answer to the attempt before it that has its id."""
    without_answer: dict[str, dict[str, Any]] = {}
    made: list[dict[str, Any]] = []
    for line in lines:
        if line.get("what") == "attempt":
            entry = {**line, "status": None, "detail": _NO_ANSWER}
            del entry["what"]
            without_answer[str(line.get("id"))] = entry
            made.append(entry)
        elif line.get("what") == "answer" and str(line.get("id")) in without_answer:
            entry = without_answer.pop(str(line["id"]))
            entry.update(status=line.get("status"), detail=line.get("detail"))
    return made


def _limit(dirs: Dirs) -> int:
    return 2 * dirs.limit


def _is_due(dirs: Dirs, oldest: int) -> bool:
    """Whether the file is too long, or its first line too old. Looks at the beginning only."""
    try:
        if os.stat(dirs.ledger).st_size > _limit(dirs):
            return True
        return next((_time(line) < oldest for line in _dated(dirs.ledger)), False)
    except FileNotFoundError:
        return False


def _dated(path: str) -> Iterator[dict[str, Any]]:
    return (line for line in _lines.read(path) if line.get("what") != "pruned")


def _newest(lines: list[bytes], oldest: int, limit: int) -> list[bytes]:
    """Return the lines from the first one on that is young enough, as far as there is room for them."""
    first = 0
    while first < len(lines) and _is_old(lines[first], oldest):
        first += 1
    size = sum(len(line) + 1 for line in lines[first:])
    room = limit if size <= limit else int(limit * _ROOM)
    while size > room:
        size -= len(lines[first]) + 1
        first += 1
    return lines[first:]


def _is_old(line: bytes, oldest: int) -> bool:
    value = _lines.parse(line)
    return value is None or _time(value) < oldest or value.get("what") == "pruned"


def _attempts(line: bytes) -> int:
    """How many attempts *line* stands for: itself, or those that were removed before."""
    value = _lines.parse(line) or {}
    return 1 if value.get("what") == "attempt" else _count(value)


def _count(line: dict[str, Any]) -> int:
    count = line.get("count") if line.get("what") == "pruned" else 0
    return count if isinstance(count, int) else 0


def _time(line: dict[str, Any]) -> int:
    time = line.get("time")
    return time if isinstance(time, int) else 0


def _ms(now: float) -> int:
    return int(now * 1000)
