"""``analytics show``: what waits to be sent, byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from analytics import _outbox
from analytics._consent import decide, forbidden_by_environment, read_choice, still_permits
from analytics._ledger import without_credentials
from analytics._registry import MINIMAL
from analytics._words import plural, printable
from analytics.cli._console import reason

if TYPE_CHECKING:
    import argparse

    from analytics._consent import UserChoice
    from analytics._spool import Record
    from analytics.cli._console import Console

SUMMARY = "print the bodies that wait to be sent, one a line, exactly as on the wire"
EXAMPLES = {
    "show": "the bodies, one a line",
    "show --json": "with id, time and address",
}
FAILURE = "the spool cannot be read"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object per event: id, time, address, body"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the bodies; say to whom they go, and what will not go after all."""
    try:
        records = _outbox.waiting(console.dirs)
    except OSError as error:
        return console.fail(f"cannot read {console.dirs.spool}: {reason(error)}")
    for record in records:
        console.put(_json(record) if arguments.json else record.body)
    if not records:
        console.say("nothing waits to be sent")
    for url in dict.fromkeys(record.url for record in records):
        number = sum(record.url == url for record in records)
        verb = "waits" if number == 1 else "wait"
        console.say(f"{plural(number, 'event')} {verb} for {printable(without_credentials(url))}")
    _say_what_stays(console, records)
    return 0


def _json(record: Record) -> str:
    time = datetime.fromtimestamp(record.time / 1000, UTC).isoformat(timespec="milliseconds")
    return json.dumps(
        {
            "id": record.id,
            "time": time.replace("+00:00", "Z"),
            "url": without_credentials(record.url),
            "level": record.level,
            "allowed_by": record.allowed_by,
            "body": record.body,
        }
    )


def _say_what_stays(console: Console, records: list[Record]) -> None:
    """Consent is looked at again before each post: say so where the answer would be no."""
    choice = read_choice(console.dirs)
    off = forbidden_by_environment(console.environ, console.app)
    stay = [record for record in records if off or not _still_permits(choice, record)]
    if stay:
        decision = decide(console.environ, user=choice, app=console.app)
        console.say(f"{len(stay)} of them would not be sent: {decision.explanation}")


def _still_permits(choice: UserChoice, record: Record) -> bool:
    minimal = record.level == MINIMAL
    return still_permits(choice, level_is_minimal=minimal, allowed_by=record.allowed_by)
