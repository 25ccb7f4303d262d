"""The ``analytics`` command line: one file per verb, the verbs as a table.

A verb's module has ``SUMMARY``, ``EXAMPLE``, ``add_arguments(parser)`` and ``run(arguments, console)``.
"""

from __future__ import annotations

import argparse
import os
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from analytics.cli import _log, _opt, _schema, _show, _status
from analytics.cli._console import Console

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TextIO

__all__ = ["main"]

_VERBS = {"opt": _opt, "show": _show, "log": _log, "schema": _schema}

_FAILED = 1
_DESCRIPTION = "Say whether usage is reported, who decided that, and what is sent."
_EPILOG = """\
Without a verb: the effective state, the rule that decided it, identities, address and files.

DO_NOT_TRACK=1, TILT_DISABLE_ANALYTICS=1 or CI=1 in the environment keep it off whatever else is set.
"""


def main(
    argv: Sequence[str],
    *,
    prog: str,
    environ: Mapping[str, str],
    stdout: TextIO,
    stderr: TextIO,
    version: str | None = None,
) -> int:
    """Run one command and return its exit code.

    Args:
        argv: the arguments after the program's name.
        prog: the program's name in messages: ``tiltfile analytics``.
        environ: the environment variables.
        stdout: where data goes.
        stderr: where words go.
        version: the program's version, for the one event that opting in sends.
    """
    console = Console(prog=prog, environ=environ, stdout=stdout, stderr=stderr, version=version)
    unknown = _unknown_verb(argv)
    if unknown is not None:
        console.say(f'unknown command "{unknown}" for "{prog}"')
        return _FAILED
    with redirect_stdout(stdout), redirect_stderr(stderr):  # argparse knows no other way
        try:
            arguments = _parser(prog).parse_args(argv)
        except SystemExit as stop:
            return int(stop.code or 0)
    verb = _VERBS.get(arguments.verb, _status)
    try:
        code: int = verb.run(arguments, console)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        _silence(stdout)
        return 0
    return code


def _silence(stdout: TextIO) -> None:
    """Keep the interpreter from complaining, at exit, about what it can no longer write."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stdout.fileno())
    os.close(null)


def _unknown_verb(argv: Sequence[str]) -> str | None:
    """Return the first word if it is no verb: Tilt has words and an exit code of its own for that."""
    first = next((word for word in argv if not word.startswith("-")), None)
    return None if first is None or first in _VERBS else first


def _parser(prog: str) -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog=prog, description=_DESCRIPTION, epilog=_EPILOG, formatter_class=shape, allow_abbrev=False
    )
    _status.add_arguments(parser)
    verbs = parser.add_subparsers(dest="verb", metavar="verb", title="verbs")
    for name, module in _VERBS.items():
        verb = verbs.add_parser(
            name,
            help=module.SUMMARY,
            description=module.SUMMARY,
            epilog=f"example:\n  {prog} {module.EXAMPLE}",
            formatter_class=shape,
            allow_abbrev=False,
        )
        module.add_arguments(verb)
    return parser
