"""``analytics show``: what waits to be sent, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics import _outbox

if TYPE_CHECKING:
    import argparse

    from analytics.cli._console import Console

SUMMARY = "print the bodies that wait to be sent, one a line"
EXAMPLE = "show"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def run(_arguments: argparse.Namespace, console: Console) -> int:
    """Print the bodies."""
    try:
        records = _outbox.waiting(console.dirs)
    except OSError as error:
        console.say(f"cannot read {console.dirs.spool}: {error.strerror or error}")
        return 1
    for record in records:
        console.put(record.body)
    if not records:
        console.say("nothing waits to be sent")
    return 0
