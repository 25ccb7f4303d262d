"""``analytics send``: post what waits, now and here, or show what would be posted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analytics import _ledger, _outbox
from analytics._consent import decide, forbidden_by_environment, read_choice
from analytics._words import plural, printable
from analytics.cli import _entries
from analytics.cli._console import reason

if TYPE_CHECKING:
    import argparse

    from analytics._parcel import Parcel
    from analytics.cli._console import Console

SUMMARY = "send what waits, now, and print what came of it"
EXAMPLES = {
    "send": "post what waits",
    "send --dry-run": "print what would be posted",
}
FAILURE = "something still waits, or nothing may be sent"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--dry-run", action="store_true", help="print what would be posted; send nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object per post")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Send, or show what would be sent. 1 if something still waits."""
    if forbidden_by_environment(console.environ, console.app):
        decision = decide(console.environ, user=read_choice(console.dirs), app=console.app)
        return console.fail(f"nothing is sent: {decision.explanation}")
    try:
        return _rehearse(arguments, console) if arguments.dry_run else _send(arguments, console)
    except OSError as error:
        return console.fail(f"cannot use {error.filename or console.dirs.spool}: {reason(error)}")


def _rehearse(arguments: argparse.Namespace, console: Console) -> int:
    from analytics._rehearsal import rehearse

    parcels = rehearse(console.dirs, console.environ, console.app, eager=True)
    for parcel in parcels:
        console.put(_json(parcel) if arguments.json else _text(parcel))
    console.say(f"{plural(len(parcels), 'post')} would be made; nothing was sent")
    return 0


def _text(parcel: Parcel) -> str:
    url = printable(_ledger.without_credentials(parcel.url))
    body = parcel.body.removesuffix("\n")
    return f"POST {url}\nContent-Type: {parcel.media_type}\nIdempotency-Key: {parcel.key}\n\n{body}\n"


def _json(parcel: Parcel) -> str:
    return json.dumps(
        {
            "url": _ledger.without_credentials(parcel.url),
            "type": parcel.media_type,
            "id": parcel.key,
            "ids": parcel.ids,
            "body": parcel.body,
        }
    )


def _send(arguments: argparse.Namespace, console: Console) -> int:
    from analytics import _sender

    before = {(entry["id"], entry["time"]) for entry in _ledger.entries(console.dirs)}
    alone = _sender.send(console.dirs, {}, eager=True)  # what the environment says was asked above
    for entry in _ledger.entries(console.dirs):
        if (entry["id"], entry["time"]) not in before:
            for line in [_entries.as_json(entry)] if arguments.json else _entries.lines(entry):
                console.put(line)
    if not alone:
        console.say("another process is sending just now")
    left = len(_outbox.waiting(console.dirs))
    if left:
        verb = "waits" if left == 1 else "wait"
        return console.fail(f"{plural(left, 'event')} still {verb}; `{console.prog} doctor` says why")
    console.say("nothing waits any more")
    return 0
