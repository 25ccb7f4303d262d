"""Entries of the ledger, as text and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from analytics._ledger import is_intact
from analytics._words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator


def lines(entry: dict[str, Any], *, verified: bool = False) -> Iterator[str]:
    """Yield *entry* as text: when, what the answer was, to whom; then the body, indented."""
    head = f"{when(entry)}  {answer(entry)}  {entry.get('url')}"
    yield printable(head) + ("" if not verified or is_intact(entry) else "  CHANGED SINCE")
    for body in str(entry.get("body")).splitlines():
        yield f"  {printable(body)}"


def as_json(entry: dict[str, Any], *, verified: bool = False) -> str:
    """Return *entry* as one JSON object on one line."""
    return json.dumps({**entry, "intact": is_intact(entry)} if verified else entry, sort_keys=True)


def when(entry: dict[str, Any]) -> str:
    """Return the time of the attempt."""
    try:
        time = datetime.fromtimestamp(entry["time"] / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return "at an unknown time"
    return time.strftime("%Y-%m-%d %H:%M:%SZ")


def answer(entry: dict[str, Any]) -> str:
    """Return what the server said, or what went wrong."""
    return f"{entry['status']} {entry['detail']}" if entry.get("status") else str(entry.get("detail"))
