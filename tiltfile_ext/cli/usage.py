"""``tiltfile usage``: which built-ins and arguments many Tiltfiles use, where, and which they never use."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tiltfile_ext.cli import DONE, FAILED, INTERRUPTED, WRONG_USAGE

if TYPE_CHECKING:
    import argparse

    from analytics._help import HelpParser
    from tiltfile_ext.fleet import Pool
    from tiltfile_ext.usage import Survey

_DESCRIPTION = """
Load Tiltfiles, and tell which built-ins and arguments they use, where, how often, and which nobody uses.

A directory stands for the files called Tiltfile below it that git does not ignore; a pattern such as
services/**/*.tiltfile for what it matches; nothing for the directory where the command runs. The Tiltfiles
are loaded in several processes.

Calls are counted as they are made, as Tilt reports them: a call in a loop counts each time, one in a branch
that is not taken never, and a file that several Tiltfiles load counts for each. Places are those of the
calls, seen while they are made, whatever name the built-in has there. Of a Tiltfile that fails, what ran
before is counted, and the failure is listed. Nothing is reported to anybody.
"""


def parser() -> HelpParser:
    """The command line of ``tiltfile usage``."""
    from tiltfile_ext.cli._arguments import count
    from tiltfile_ext.cli._help import LOAD_ENVIRONMENT, TILTFILES, verb_parser

    made = verb_parser(
        "usage",
        usage=["[PATHS] [--format FORMAT] [-o FILE] [--places] [--no-run] [--jobs N] [--timeout SECONDS]"],
        description=_DESCRIPTION,
        examples={
            "": "all Tiltfiles below this directory, as a table",
            "services 'infra/**/*.tiltfile' --places": "of these, with file and line of each call",
            "--format html -o usage.html": "a page with charts",
            "--format json | jq '.never_called'": "for a program",
            "--format csv -o usage.csv --no-run": "for a spreadsheet, without running programs",
        },
        files={**TILTFILES, ".gitignore": "files that are left out"},
        environment=LOAD_ENVIRONMENT,
        exit_codes={
            DONE: "the Tiltfiles were looked at, those that fail included",
            FAILED: "a plugin is broken, or the output cannot be written",
            WRONG_USAGE: "wrong usage, or a path that leads to no Tiltfile",
            INTERRUPTED: "",
        },
    )
    made.add_argument("paths", nargs="*", metavar="PATHS", help="files, directories or patterns (default: .)")
    made.add_argument(
        "--format",
        choices=("table", "json", "csv", "html"),
        default="table",
        help="the form (default: table)",
    )
    made.add_argument("-o", "--output", metavar="FILE", help="write to FILE (default: standard output)")
    made.add_argument("--places", action="store_true", help="in a table: list where each is called")
    made.add_argument(
        "--no-run", action="store_true", help="run no programs (local, helm, git…): their output is empty"
    )
    made.add_argument("--jobs", type=count, metavar="N", help="processes (default: one a processor)")
    made.add_argument(
        "--timeout", type=count, default=60, metavar="SECONDS", help="for one Tiltfile (default: 60)"
    )
    return made


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile usage`` with *argv*; returns the exit code."""
    options = parser().parse_args(argv)
    from tiltfile_ext.fleet import FleetError, NoTiltfileError, find_tiltfiles
    from tiltfile_ext.starkit import PluginError

    try:
        paths = find_tiltfiles(options.paths, cwd=os.getcwd())
        survey = _survey(paths, options)
    except NoTiltfileError as error:
        return _fail(str(error), WRONG_USAGE)
    except (FleetError, PluginError) as error:
        return _fail(str(error), FAILED)
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)
    return _write(_text(survey, options), options.output)


def _survey(paths: Sequence[str], options: argparse.Namespace) -> Survey:
    from tiltfile_ext.fleet import Limits, Pool, processors
    from tiltfile_ext.host import environment_for
    from tiltfile_ext.usage import Settings, Survey
    from tiltfile_ext.usage._collect import TARGET

    survey = Survey(environment_for(None).builtins)
    limits = Limits(jobs=options.jobs or processors(), timeout=options.timeout)
    with Pool(TARGET, Settings(timeout=options.timeout, run=not options.no_run), limits) as pool:
        _add_all(survey, pool, paths)
    survey.finish()
    return survey


def _add_all(survey: Survey, pool: Pool, paths: Sequence[str]) -> None:
    from tiltfile_ext.fleet import Done, Failed, Lost, Progress

    progress = Progress(sys.stderr, len(paths), "loaded")
    try:
        for outcome in pool.outcomes(paths):
            match outcome:
                case Done(path=_, value=usage):
                    survey.add(usage)
                case Failed(path=path, message=message):
                    survey.lose(path, message)
                case Lost(path=path, reason=reason):
                    survey.lose(path, f"the process that loaded it {reason}")
            progress.update(survey.loaded)
    finally:
        progress.clear()


def _text(survey: Survey, options: argparse.Namespace) -> str:
    from tiltfile_ext.usage._shown import Shown

    shown = Shown(survey, os.getcwd())
    match options.format:
        case "json":
            from tiltfile_ext.usage._data import as_json

            return as_json(survey, shown)
        case "csv":
            from tiltfile_ext.usage._data import as_csv

            return as_csv(survey, shown)
        case "html":
            from tiltfile_ext.usage._html import as_html

            return as_html(survey, shown)
    from tiltfile_ext.usage._table import table

    return table(survey, shown, places=options.places)


def _write(text: str, path: str | None) -> int:
    if path is None:
        sys.stdout.write(text)
        return DONE
    try:
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
    except OSError as error:
        return _fail(f"cannot write {path}: {error.strerror}", FAILED)
    sys.stderr.write(f"wrote {path}\n")
    return DONE


def _fail(problem: str, code: int) -> int:
    sys.stderr.write(f"tiltfile usage: {problem}\n")
    return code
