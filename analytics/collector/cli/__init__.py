"""The ``collect`` command line: one file per verb, the verbs as a table.

A verb's module has ``SUMMARY``, ``USAGE``, ``EXAMPLES``, ``add_arguments(parser)`` and ``run(arguments)``.
What needs the extra is imported by ``run``, so that the help is there without it.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Sequence

from analytics._help import HelpParser, Page
from analytics.collector._errors import CollectorError
from analytics.collector.cli import (
    _add_key,
    _backup,
    _erase,
    _export,
    _forward,
    _import,
    _keys,
    _rebuild,
    _relay,
    _revoke_key,
    _serve,
    _status,
)

__all__ = ["main", "make_parser"]

_VERBS = {
    "serve": _serve,
    "relay": _relay,
    "status": _status,
    "add-key": _add_key,
    "keys": _keys,
    "revoke-key": _revoke_key,
    "export": _export,
    "import": _import,
    "forward": _forward,
    "erase": _erase,
    "rebuild": _rebuild,
    "backup": _backup,
}

_FAILED = 1
_DESCRIPTION = """\
Take the events of tiltfile and of an unchanged Tilt, keep them in one file, and show what they say.

A POST is answered once its events are on the disk. The page that `serve` prints shows which built-ins and
arguments are used, by how many machines, and how long loads take; every table is there as CSV and JSON, too.
"""
_FILES = {
    "collector.db": "all events and all that is known of them: a SQLite file; --file names another",
    "collector.db.lock": "held by the one process that writes to it",
}
_ENVIRONMENT = {
    "TILT_ANALYTICS_URL": "for the programs that send, not for this one: http://127.0.0.1:8080/report"
}
_CODES = {0: "done", 1: "failure", 2: "wrong usage"}


def main(argv: Sequence[str], *, prog: str, known: Iterable[str] = ()) -> int:
    """Run one command and return its exit code.

    Args:
        argv: the arguments after the program's name.
        prog: the program's name in messages: ``tiltfile collect``.
        known: names of built-ins that there are, to tell which nobody uses.

    Raises:
        ModuleNotFoundError: the extra is not installed.
    """
    arguments = make_parser(prog).parse_args(argv)
    arguments.known = known
    try:
        code: int = _VERBS[arguments.verb].run(arguments)
    except (CollectorError, sqlite3.Error) as error:
        sys.stderr.write(f"{prog}: {error}\n")
        return _FAILED
    return code


def make_parser(prog: str) -> HelpParser:
    """The command line of all verbs, under the name *prog*."""
    examples = {
        "serve": "collect what this machine sends: TILT_ANALYTICS_URL=http://127.0.0.1:8080/report",
        "add-key laptops": "make a key that may post: TILT_ANALYTICS_URL=https://KEY@host:8080/report",
        "serve --host 0.0.0.0 --tls-cert C --tls-key K": "collect what other machines send",
    }
    parser = HelpParser(prog, _page(["VERB [ARGUMENTS]"], _DESCRIPTION, examples))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs", required=True)
    for name, module in _VERBS.items():
        summary = module.SUMMARY
        page = _page(module.USAGE, f"{summary[0].upper()}{summary[1:]}.", module.EXAMPLES)
        page.files = {**page.files, **getattr(module, "FILES", {})}
        page.environment = {**page.environment, **getattr(module, "ENVIRONMENT", {})}
        verb = verbs.add_parser(name, prog=f"{prog} {name}", help=summary, page=page)
        verb.add_argument("--file", default="collector.db", metavar="PATH", help="default: collector.db")
        module.add_arguments(verb)
    return parser


def _page(usage: Sequence[str], description: str, examples: dict[str, str]) -> Page:
    return Page(
        usage=usage,
        description=description,
        examples=examples,
        files=_FILES,
        environment=_ENVIRONMENT,
        exit_codes=_CODES,
    )
