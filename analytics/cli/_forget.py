"""``analytics forget``: throw away what was not sent and, asked for, the record of what was."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from analytics import _outbox
from analytics._sole import sole_sender
from analytics._system import remove
from analytics._words import plural
from analytics.cli._console import reason

if TYPE_CHECKING:
    import argparse

    from analytics._system import Dirs
    from analytics.cli._console import Console

SUMMARY = "throw away everything that was not sent"
EXAMPLES = {
    "forget": "throw away what waits",
    "forget --log": "and the record of what was sent",
}
FAILURE = "something cannot be removed"

_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.05


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--log", action="store_true", help="throw away the record of what was sent, too")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Throw it away, and say how much that was."""
    dirs = console.dirs
    try:
        number = len(_outbox.waiting(dirs))
        _outbox.purge(dirs)
        console.say(
            f"{plural(number, 'event')} thrown away that were not sent" if number else "nothing waited"
        )
        if arguments.log:
            _forget_ledger(dirs)
            console.say(f"the record of what was sent is gone: {dirs.ledger}")
    except OSError as error:
        return console.fail(f"cannot remove {error.filename or dirs.spool}: {reason(error)}")
    return 0


def _forget_ledger(dirs: Dirs) -> None:
    """Remove the ledger when no sender writes there: half an entry would come after it.

    A sender that goes on and on is not waited for.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    while os.path.isdir(dirs.spool) and time.monotonic() < end:
        with sole_sender(dirs) as alone:
            if alone:
                _remove(dirs)
                return
        time.sleep(_PAUSE_SECONDS)
    _remove(dirs)


def _remove(dirs: Dirs) -> None:
    for path in (dirs.ledger, f"{dirs.ledger}.tmp"):
        remove(path)
