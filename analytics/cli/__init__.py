"""The ``analytics`` command line: one file per verb, the verbs as a table.

A verb's module has ``SUMMARY``, ``EXAMPLES``, ``FAILURE`` (what exit code 1 means, "" if it has
none), ``add_arguments(parser)`` and ``run(arguments, console)``.
A program of one's own offers it under its own name::

    sys.exit(analytics.cli.main(sys.argv[2:], prog="acme analytics", app=ACME, version="2.0"))
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from analytics._app import TILT
from analytics._help import HelpParser
from analytics.cli import (
    _doctor,
    _forget,
    _log,
    _opt,
    _pages,
    _reset_id,
    _schema,
    _send,
    _show,
    _status,
    _view,
)
from analytics.cli._console import Console

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TextIO

    from analytics._app import App
    from analytics._system import Dirs

__all__ = ["main", "make_parser"]

_VERBS = {
    "opt": _opt,
    "show": _show,
    "log": _log,
    "schema": _schema,
    "view": _view,
    "send": _send,
    "forget": _forget,
    "reset-id": _reset_id,
    "doctor": _doctor,
}

_FAILED, _INTERRUPTED = 1, 130


def main(
    argv: Sequence[str],
    *,
    prog: str,
    app: App = TILT,
    environ: Mapping[str, str] | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
    version: str | None = None,
) -> int:
    """Run one command and return its exit code.

    Args:
        argv: the arguments after the program's name.
        prog: the program's name in messages: ``tiltfile analytics``.
        app: the program whose events it is about.
        environ: the environment variables; those of this process if None.
        stdout: where data goes.
        stderr: where words go.
        version: the program's version, for the one event that opting in sends.
    """
    out, err = stdout or sys.stdout, stderr or sys.stderr
    console = Console(
        prog=prog,
        app=app,
        environ=os.environ if environ is None else environ,
        stdout=out,
        stderr=err,
        version=version,
    )
    unknown = _unknown_verb(argv)
    if unknown is not None:
        return console.fail(f'unknown command "{unknown}" for "{prog}"')
    with redirect_stdout(out), redirect_stderr(err):  # argparse knows no other way
        try:
            arguments = make_parser(prog, app, console.dirs).parse_args(argv)
        except SystemExit as stop:
            return int(stop.code or 0)
    return _run(arguments, console, out)


def _run(arguments: argparse.Namespace, console: Console, stdout: TextIO) -> int:
    verb = _VERBS.get(arguments.verb, _status)
    try:
        code: int = verb.run(arguments, console)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        _silence(stdout)
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
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


def make_parser(prog: str, app: App, dirs: Dirs) -> argparse.ArgumentParser:
    """The command line of all verbs, under the name *prog*."""
    parser = HelpParser(prog, _pages.main_page(app, dirs))
    _status.add_arguments(parser)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    for name, module in _VERBS.items():
        page = _pages.verb_page(name, module, app, dirs)
        module.add_arguments(verbs.add_parser(name, prog=f"{prog} {name}", help=module.SUMMARY, page=page))
    return parser
