"""``analytics opt``: make the choice. Words and exit codes are Tilt's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics._choosing import carry_out
from analytics._consent import WORDS, Opt, decide, read_choice, write_choice
from analytics.cli._console import reason

if TYPE_CHECKING:
    import argparse

    from analytics.cli._console import Console

SUMMARY = "choose: report usage or not"
EXAMPLES = {
    "opt in": "report usage",
    "opt out": "report nothing, and throw away what waits",
    "opt default": "take the choice back",
}
FAILURE = "no such choice, or it cannot be written"

_CHOICES = "choice can be one of {opt-in, opt-out}"
_FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments. Tilt ignores all words but the first."""
    parser.add_argument("choice", nargs="*", metavar="in|out|default", help="default takes a choice back")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Keep the choice; on a no, throw away what has not been sent."""
    if not arguments.choice:
        console.put(_CHOICES)
        return _refuse(console, f"no choice given; pass it as first arg: {console.prog} opt <choice>")
    word = arguments.choice[0]
    if word not in WORDS:
        return _refuse(console, f'unknown analytics opt: "{word}"')
    return _choose(console, word)


def _refuse(console: Console, error: str) -> int:
    console.put(_CHOICES)
    console.say(f"Usage:\n  {console.prog} opt <choice>\n")
    console.put(error)
    return _FAILED


def _choose(console: Console, word: str) -> int:
    opt, before = WORDS[word], read_choice(console.dirs).opt
    try:
        write_choice(console.dirs, opt)
        console.say(f'wrote user collection strategy "{word}" to file {console.dirs.choice}')
        carry_out(console.dirs, console.environ, console.app, opt, before, version=console.version)
    except OSError as error:
        console.say(f"cannot write to {error.filename or console.dirs.top}: {reason(error)}")
        return _FAILED
    decision = decide(console.environ, user=opt, app=console.app)
    if opt is Opt.IN and decision.opt is not Opt.IN:
        console.say(f"analytics: still {decision.explanation}")
    return 0
