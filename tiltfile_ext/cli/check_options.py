"""The command line of ``tiltfile check``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tiltfile_ext.cli import DONE, INTERRUPTED, WRONG_USAGE
from tiltfile_ext.cli._arguments import count, seconds

if TYPE_CHECKING:
    import argparse

#: exit codes of this verb besides those that all have
FINDINGS, OUR_BUG = 1, 3

_DESCRIPTION = """
Load Tiltfiles in parallel, and show what the rules find: a place to open, a code, what is wrong, what to do.

PATH is a file, whatever its name; a directory, which stands for every file below it that is called
Tiltfile; or a quoted pattern such as 'services/**/*.tiltfile'. What git ignores is left out of directories
and patterns. Files that are only loaded by others, such as services.Tiltfile or Tiltfile.local, are looked
at with those. Words behind -- are for the config.parse() of every Tiltfile.

Nothing is built or deployed. Loading runs the Tiltfile, and with it local() and the like; --no-run does not.

A comment hides findings: "# tiltfile: ignore TF201,ACME001" at the end of a line those of this line, on a
line of its own those of the next line of code; "# tiltfile: ignore-file TF2" above the first line of code
those of the file.
"""

_EXAMPLES = {
    "": "every Tiltfile below this directory",
    "--analytics on": "enforce opt-in",
    "--baseline known.json --write-baseline": "accept what there is; from then on only what is new fails",
    "--analytics on --fix": "write analytics_settings(enable=True) where it is missing",
    "--select TF1 services": "rules about analytics only",
    "--no-run --format json": "load foreign code without running its programs",
    "--rules": "what there is to find",
}

_FILES = {
    "tiltfile.toml, or [tool.tiltfile] of pyproject.toml": (
        "the configuration, the nearest upwards; flags have precedence. Its keys are the options: analytics, "
        "paths, exclude, select, ignore, baseline, slow, timeout, jobs, max-memory, run = false; and "
        'per-file-ignores, a table such as "legacy/**" = ["TF2"]; plugins.NAME, a table of options'
    ),
    ".gitignore": "what is left out of directories and patterns",
}

_EXIT_CODES = {
    DONE: "nothing found",
    FINDINGS: "findings",
    WRONG_USAGE: "wrong usage or configuration",
    OUR_BUG: "a bug in a rule, a plugin or tiltfile",
    INTERRUPTED: "interrupted (^C); what was found until then is shown",
}


def parser() -> argparse.ArgumentParser:
    """The command line of ``tiltfile check``. A flag that is not given is None: the configuration counts."""
    from tiltfile_ext.check.formats import NAMES
    from tiltfile_ext.cli._help import ANALYTICS_ENVIRONMENT, LOAD_ENVIRONMENT, verb_parser

    made = verb_parser(
        "check",
        usage=["[PATH ...] [options] [-- ARGS]", "--rules | --explain CODE | --show-files"],
        description=_DESCRIPTION,
        examples=_EXAMPLES,
        files=_FILES,
        environment={**ANALYTICS_ENVIRONMENT, **LOAD_ENVIRONMENT},
        exit_codes=_EXIT_CODES,
    )
    made.add_argument("paths", nargs="*", metavar="PATH", help="files, directories, patterns (default: .)")
    _add_rule_options(made.add_argument_group("which rules"))
    _add_load_options(made.add_argument_group("how Tiltfiles are loaded"))
    _add_fix_options(made.add_argument_group("what is changed"))
    output = made.add_argument_group("what is shown")
    output.add_argument("--format", choices=NAMES, default="text", help="of the findings (default: text)")
    output.add_argument("--config", metavar="FILE", help="the configuration, instead of the nearest")
    output.add_argument("--show-files", action="store_true", help="list the Tiltfiles, check nothing")
    output.add_argument("--rules", action="store_true", help="list every rule, of plugins too")
    output.add_argument("--explain", metavar="CODE", help="say what a rule finds, why, and what to do")
    return made


def _add_rule_options(group: Any) -> None:
    group.add_argument(
        "--select", type=_codes, metavar="CODES", help="only these: codes or what they begin with, TF1,ACME"
    )
    group.add_argument(
        "--ignore", type=_codes, metavar="CODES", help="not these; a longer beginning counts more"
    )
    group.add_argument(
        "--analytics",
        action="append",
        metavar="POLICY",
        help="on: enforce opt-in; off: forbid it; set-by:FILE: only FILE or extension may say so; repeatable",
    )
    group.add_argument("--slow", type=seconds, metavar="SECONDS", help="find loads that take longer")
    group.add_argument("--baseline", metavar="FILE", help="do not show the findings that FILE lists")
    group.add_argument("--write-baseline", action="store_true", help="list all findings in the baseline")
    group.add_argument(
        "--exclude", action="append", metavar="PATTERN", help="leave out files, as in .gitignore; repeatable"
    )


def _add_load_options(group: Any) -> None:
    group.add_argument(
        "--no-run",
        dest="run",
        action="store_const",
        const=False,
        help="run no programs: local, helm, kustomize, git give empty text, and a note says what is partial",
    )
    group.add_argument("--jobs", type=count, metavar="N", help="processes (default: one for each processor)")
    group.add_argument("--timeout", type=seconds, metavar="SECONDS", help="for each load (default: 60)")
    group.add_argument(
        "--max-memory", type=count, metavar="MIB", help="of each process, which is killed (default: 1024)"
    )


def _add_fix_options(group: Any) -> None:
    group.add_argument(
        "--fix", action="store_true", help="change what can be changed, check again, show what is left"
    )
    group.add_argument("--diff", action="store_true", help="show what --fix would change, change nothing")


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())
