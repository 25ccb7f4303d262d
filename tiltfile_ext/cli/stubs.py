"""``tiltfile stubs``: Python stubs of every built-in, for editors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tiltfile_ext.cli import DONE, FAILED, WRONG_USAGE
from tiltfile_ext.stubs import FILE_NAME

if TYPE_CHECKING:
    from analytics._help import HelpParser

_DESCRIPTION = f"""
Write Python stubs of every built-in, so that an editor completes, explains and checks Tiltfiles.

The stubs come from the declarations that bind the calls: names, parameters, types and documentation, with the
built-ins of every installed plugin. In a project's root, under the name {FILE_NAME}, Pyright and Pylance
(Visual Studio Code) find them by themselves; the editor must be told besides that a Tiltfile is Python.
"""


def parser() -> HelpParser:
    """The command line of ``tiltfile stubs``."""
    from tiltfile_ext.cli._help import verb_parser

    made = verb_parser(
        "stubs",
        usage=["[-o PATH | --check FILE] [PATHS]"],
        description=_DESCRIPTION,
        examples={
            "-o .": f"write ./{FILE_NAME}, for Pyright and Pylance",
            "-o . services '**/*.tilt'": "with the names that these Tiltfiles take from others with load()",
            "-o typings/tiltfile.pyi": "write another file, to be imported",
            f"--check {FILE_NAME}": "in CI: fail if the file is not what would be written",
        },
        files={FILE_NAME: "more built-ins, in a project's root or its stubPath, as Pyright reads them"},
        environment={"PYTHONPATH": "where plugins are found, besides those that are installed"},
        exit_codes={
            DONE: "",
            FAILED: "the file is stale, cannot be written, or a plugin is broken",
            WRONG_USAGE: "",
        },
    )
    made.add_argument(
        "paths",
        nargs="*",
        metavar="PATHS",
        help="Tiltfiles, directories or patterns whose load(…) names are declared, too, as of any type",
    )
    either = made.add_mutually_exclusive_group()
    either.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        help=f"a file, or a directory for {FILE_NAME} (default: standard output)",
    )
    either.add_argument("--check", metavar="FILE", help="write nothing; exit 1 if FILE is not up to date")
    return made


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile stubs`` with *argv*; returns the exit code."""
    options = parser().parse_args(argv)
    from tiltfile_ext.host import environment_for
    from tiltfile_ext.starkit import PluginError
    from tiltfile_ext.stubs import write_stubs

    try:
        text = write_stubs(environment_for(None), _loaded(options.paths))
    except (PluginError, _UnreadableError) as error:
        return _fail(str(error))
    if options.check is not None:
        return _check(options.check, text)
    return _write(options.output, text)


class _UnreadableError(Exception):
    """A Tiltfile cannot be found or read; the message says which, and why."""


def _loaded(arguments: Sequence[str]) -> set[str]:
    """The names that the Tiltfiles which *arguments* mean take from others; nothing is run."""
    if not arguments:
        return set()
    from tiltfile_ext.fleet import NoTiltfileError, find_tiltfiles

    try:
        paths = find_tiltfiles(arguments, cwd=os.getcwd())
    except NoTiltfileError as error:
        raise _UnreadableError(str(error)) from None
    return {name for path in paths for name in _names_in(path)}


def _names_in(path: str) -> list[str]:
    from tiltfile_ext.starkit.grammar import GrammarError
    from tiltfile_ext.stubs import loaded_names

    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return loaded_names(file.read())
    except OSError as error:
        raise _UnreadableError(f"cannot read {path}: {error.strerror}") from None
    except GrammarError as error:
        raise _UnreadableError(f"{path}: {error.message}; `tiltfile load` says where") from None


def _write(path: str | None, text: str) -> int:
    if path is None:
        sys.stdout.write(text)
        return DONE
    if os.path.isdir(path) or path.endswith("/"):
        path = os.path.join(path, FILE_NAME)
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        return _fail(f"cannot write {path}: {error.strerror}")
    sys.stderr.write(f"wrote {path}\n")
    return DONE


def _check(path: str, text: str) -> int:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            found = file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        return _fail(f"cannot read {path}: {reason}")
    if found == text:
        return DONE
    return _fail(f"{path} is stale; run `tiltfile stubs -o {path}`, with the same PATHS if any")


def _fail(problem: str) -> int:
    sys.stderr.write(f"tiltfile stubs: {problem}\n")
    return FAILED
