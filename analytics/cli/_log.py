"""``analytics log``: everything that was ever sent, when, to whom, and what the answer was."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from analytics import _ledger

if TYPE_CHECKING:
    import argparse

    from analytics.cli._console import Console

SUMMARY = "print everything that was ever sent, with time, address and answer"
EXAMPLE = "log --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON object per attempt")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the ledger."""
    try:
        entries = _ledger.entries(console.dirs)
    except OSError as error:
        console.say(f"cannot read {console.dirs.ledger}: {error.strerror or error}")
        return 1
    for entry in entries:
        console.put(json.dumps(entry, sort_keys=True) if arguments.json else _line(entry))
    if not entries:
        console.say("nothing was ever sent from here")
    return 0


def _line(entry: dict[str, Any]) -> str:
    time = datetime.fromtimestamp(entry["time"] / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    answer = f"{entry['status']} {entry['detail']}" if entry["status"] else entry["detail"]
    return f"{time}  {answer}  {entry['url']}\n  {entry['body']}"
