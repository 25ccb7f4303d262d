"""``analytics doctor``: why nothing arrives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analytics._health import PROBLEM, examine
from analytics._words import plural, printable

if TYPE_CHECKING:
    import argparse

    from analytics.cli._console import Console

SUMMARY = "look for what keeps events from being sent; sends nothing itself"
EXAMPLES = {
    "doctor": "why nothing arrives",
    "doctor --json": "the same for a program",
}
FAILURE = "something is wrong"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="print the findings as a JSON array")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print what was looked at, and how it is. 1 if something is wrong."""
    findings = examine(console.dirs, console.environ, console.app)
    if arguments.json:
        console.put(json.dumps([finding._asdict() for finding in findings], indent=2))
    else:
        for finding in findings:
            console.put(f"{finding.level:<7}  {finding.subject:<11}  {printable(finding.words)}")
    wrong = sum(finding.level == PROBLEM for finding in findings)
    console.say(plural(wrong, "problem") if wrong else "nothing is wrong")
    return 1 if wrong else 0
