"""``analytics opt``: make the choice. Words and exit codes are Tilt's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics import _outbox
from analytics._choice import read_choice, write_choice
from analytics._client import Client
from analytics._consent import decide
from analytics._opt import WORDS, Opt

if TYPE_CHECKING:
    import argparse

    from analytics.cli._console import Console

SUMMARY = "choose: report usage or not"
EXAMPLE = "opt in"

_CHOICES = "choice can be one of {opt-in, opt-out}"
_FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments. Tilt ignores all words but the first."""
    parser.add_argument("choice", nargs="*", help="in or out; default takes a choice back")


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
        if opt is Opt.OUT:
            _outbox.purge(console.dirs)
    except OSError as error:
        console.say(f"cannot write to {error.filename or console.dirs.top}: {error.strerror or error}")
        return _FAILED
    if opt is Opt.IN:
        _report_opt_in(console, before)
    return 0


def _report_opt_in(console: Console, before: Opt) -> None:
    """Tilt reports the answer, without identity, when it is news and the environment permits it."""
    decision = decide(console.environ, Opt.DEFAULT, Opt.IN)
    if decision.opt is not Opt.IN:
        console.say(f"analytics: still {decision.explanation}")
    elif before is not Opt.IN:
        client = Client.open(version=console.version, subcommand="analytics", environ=console.environ)
        client.record_opt_in()
        client.settle()
        client.flush()
