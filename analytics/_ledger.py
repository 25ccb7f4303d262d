"""Everything that was ever sent, on the user's own disk: body, address, time, answer.

An ``attempt`` is written, with the whole body, before a connection is opened; an ``answer`` when there
is one. So the ledger may hold an attempt that never left, but nothing leaves that is not in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analytics import _lines
from analytics._digest import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics._dirs import Dirs
    from analytics._spool import Record


def attempt(dirs: Dirs, record: Record, now: float) -> None:
    """Write down that *record* is about to be posted.

    Raises:
        OSError: it cannot be written, so it must not be posted.
    """
    _lines.append(
        dirs.ledger,
        {
            "what": "attempt",
            "id": record.id,
            "time": _ms(now),
            "url": without_credentials(record.url),
            "sha256": sha256(record.body.encode()).hex(),
            "body": record.body,
        },
    )


def answer(dirs: Dirs, record: Record, now: float, *, status: int, detail: str) -> None:
    """Write down what came of it: an HTTP status, or 0 and what went wrong.

    Raises:
        OSError: it cannot be written.
    """
    line = {"what": "answer", "id": record.id, "time": _ms(now), "status": status, "detail": detail}
    _lines.append(dirs.ledger, line)


def entries(dirs: Dirs) -> list[dict[str, Any]]:
    """Return one entry per attempt, oldest first, with ``status`` and ``detail`` of its answer.

    Raises:
        OSError: the ledger is there but cannot be read.
    """
    return list(_joined(_lines.read(dirs.ledger)))


def without_credentials(url: str) -> str:
    """Return *url* without user and password: whoever reads the ledger need not learn a write key."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def _joined(lines: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    open_attempts: dict[str, dict[str, Any]] = {}
    made: list[dict[str, Any]] = []
    for line in lines:
        if line.get("what") == "attempt":
            entry = {**line, "status": None, "detail": "no answer was written down"}
            del entry["what"]
            open_attempts[str(line.get("id"))] = entry
            made.append(entry)
        elif line.get("what") == "answer" and str(line.get("id")) in open_attempts:
            entry = open_attempts.pop(str(line["id"]))
            entry.update(status=line.get("status"), detail=line.get("detail"))
    yield from made


def _ms(now: float) -> int:
    return int(now * 1000)
