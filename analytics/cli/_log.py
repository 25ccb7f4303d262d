"""``analytics log``: everything that was ever sent, when, to whom, and what the answer was."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from analytics import _ledger
from analytics._ledger import is_intact
from analytics._words import plural
from analytics.cli import _entries
from analytics.cli._console import reason

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from analytics._ledger import Ledger
    from analytics.cli._console import Console

SUMMARY = "print everything that was ever sent, with time, address and answer"
EXAMPLES = {
    "log": "everything that was ever sent",
    "log --verify": "and whether each body is still as it was sent",
    "log --json | tail -n 1": "the last attempt, as JSON",
}
FAILURE = "a body differs from what was sent, or the record cannot be read"

_PAUSE_SECONDS = 0.3
_ANSWER_SECONDS = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON object per attempt")
    parser.add_argument(
        "--verify", action="store_true", help="compare each body with its digest; 1 if one byte differs"
    )
    parser.add_argument("--follow", action="store_true", help="go on with what is sent from now on, until ^C")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the ledger."""
    try:
        ledger = _ledger.read(console.dirs)
        if arguments.follow:
            _follow(arguments, console)
            return 0
    except OSError as error:
        return console.fail(f"cannot read {console.dirs.ledger}: {reason(error)}")
    except KeyboardInterrupt:  # the way to end it
        return 0
    for entry in ledger.entries:
        _put(arguments, console, entry)
    _say(console, ledger)
    return _verdict(console, ledger) if arguments.verify else 0


def _put(arguments: argparse.Namespace, console: Console, entry: dict[str, Any]) -> None:
    if arguments.json:
        console.write(_entries.as_json(entry, verified=arguments.verify) + "\n")
    else:
        console.write("\n".join(_entries.lines(entry, verified=arguments.verify)) + "\n")


def _say(console: Console, ledger: Ledger) -> None:
    if not ledger.entries:
        console.say("nothing was ever sent from here")
    if ledger.pruned:
        console.say(f"{plural(ledger.pruned, 'older attempt')} no longer kept")


def _verdict(console: Console, ledger: Ledger) -> int:
    changed = sum(not is_intact(entry) for entry in ledger.entries)
    whole = len(ledger.entries) - changed
    console.say(f"{plural(whole, 'body')} as sent, byte for byte".replace("bodys", "bodies"))
    if changed:
        console.say(f"{plural(changed, 'entry')} changed since".replace("entrys", "entries"))
    if ledger.damaged:
        console.say(f"{plural(ledger.damaged, 'line')} not whole: torn when a process was killed, or changed")
    return 1 if changed or ledger.damaged else 0


def _follow(arguments: argparse.Namespace, console: Console) -> None:
    """Print each attempt once: with its answer, or when it is clear that none will be written down."""
    printed: set[tuple[Any, Any]] = set()
    while True:
        for entry in _complete(_ledger.entries(console.dirs), time.time):
            key = (entry.get("id"), entry.get("time"))
            if key not in printed:
                printed.add(key)
                _put(arguments, console, entry)
        time.sleep(_PAUSE_SECONDS)


def _complete(entries: list[dict[str, Any]], now: Callable[[], float]) -> list[dict[str, Any]]:
    """There is one sender, and it does one thing after the other: only the last attempt may be under way."""
    last = entries[-1] if entries else None
    if last is None or last.get("status") is not None:
        return entries
    age = now() - last["time"] / 1000 if isinstance(last.get("time"), int) else _ANSWER_SECONDS
    return entries if age >= _ANSWER_SECONDS else entries[:-1]
