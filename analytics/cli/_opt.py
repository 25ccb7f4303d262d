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

    from analytics.cli._run import Run

SUMMARY = "choose: report usage or not"
EXAMPLE = "opt in"

_CHOICES = "choice can be one of {opt-in, opt-out}"
_FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments. Tilt ignores all words but the first."""
    parser.add_argument("choice", nargs="*", help="in or out; default takes a choice back")


def run(arguments: argparse.Namespace, run: Run) -> int:
    """Keep the choice; on a no, throw away what has not been sent."""
    if not arguments.choice:
        run.put(_CHOICES)
        return _refuse(run, f"no choice given; pass it as first arg: {run.prog} opt <choice>")
    word = arguments.choice[0]
    if word not in WORDS:
        return _refuse(run, f'unknown analytics opt: "{word}"')
    return _choose(run, word)


def _refuse(run: Run, error: str) -> int:
    run.put(_CHOICES)
    run.say(f"Usage:\n  {run.prog} opt <choice>\n")
    run.put(error)
    return _FAILED


def _choose(run: Run, word: str) -> int:
    opt, before = WORDS[word], read_choice(run.dirs).opt
    try:
        write_choice(run.dirs, opt)
    except (OSError, ValueError) as error:
        run.say(f"cannot write your choice to {run.dirs.choice}: {getattr(error, 'strerror', None) or error}")
        return _FAILED
    run.say(f'wrote user collection strategy "{word}" to file {run.dirs.choice}')
    if opt is Opt.OUT:
        _outbox.purge(run.dirs)
    if opt is Opt.IN:
        _report_opt_in(run, before)
    return 0


def _report_opt_in(run: Run, before: Opt) -> None:
    """Tilt reports the answer, without identity, when it is news and the environment permits it."""
    decision = decide(run.environ, Opt.DEFAULT, Opt.IN)
    if decision.opt is not Opt.IN:
        run.say(f"analytics: still {decision.explanation}")
    elif before is not Opt.IN:
        client = Client.open(version=run.version, subcommand="analytics", environ=run.environ)
        client.record_opt_in()
        client.settle()
        client.flush()
