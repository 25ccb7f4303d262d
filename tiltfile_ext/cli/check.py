"""``tiltfile check``: load many Tiltfiles, and show what the rules find."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tiltfile_ext.cli import DONE, INTERRUPTED, WRONG_USAGE

if TYPE_CHECKING:
    import argparse

    from tiltfile_ext.check._report import Report
    from tiltfile_ext.check._settings import Settings

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
        'per-file-ignores, a table such as "legacy/**" = ["TF2"]'
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
    group.add_argument("--slow", type=_seconds, metavar="SECONDS", help="find loads that take longer")
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
    group.add_argument("--jobs", type=_count, metavar="N", help="processes (default: one for each processor)")
    group.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="for each load (default: 60)")
    group.add_argument(
        "--max-memory", type=_count, metavar="MIB", help="of each process, which is killed (default: 1024)"
    )


def _add_fix_options(group: Any) -> None:
    group.add_argument(
        "--fix", action="store_true", help="change what can be changed, check again, show what is left"
    )
    group.add_argument("--diff", action="store_true", help="show what --fix would change, change nothing")


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile check`` with *argv*; returns the exit code."""
    words = list(argv)
    at = words.index("--") if "--" in words else len(words)
    options = parser().parse_args(words[:at])
    try:
        return _run(options, tuple(words[at + 1 :]))
    except _usage_errors() as error:
        sys.stderr.write(f"tiltfile check: {error}\n")
        return WRONG_USAGE
    except _broken() as error:
        sys.stderr.write(f"tiltfile check: {error}\n")
        return OUR_BUG
    except KeyboardInterrupt:
        sys.stderr.write("tiltfile: interrupted\n")
        return INTERRUPTED


def _usage_errors() -> tuple[type[Exception], ...]:
    from tiltfile_ext.check._baseline import BaselineError
    from tiltfile_ext.check._config import ConfigError
    from tiltfile_ext.check._policy import PolicyError
    from tiltfile_ext.check._selection import SelectionError
    from tiltfile_ext.fleet import NoTiltfileError

    return BaselineError, ConfigError, PolicyError, SelectionError, NoTiltfileError


def _broken() -> tuple[type[Exception], ...]:
    from tiltfile_ext.fleet import FleetError
    from tiltfile_ext.starkit import PluginError

    return FleetError, PluginError


def _run(options: argparse.Namespace, args: tuple[str, ...]) -> int:
    from tiltfile_ext.check._run import tiltfiles_of

    if options.rules or options.explain:
        from tiltfile_ext.cli.check_rules import explain, list_rules

        return explain(options.explain) if options.explain else list_rules()
    settings = _settings(options, args)
    paths = tiltfiles_of(settings)
    if options.show_files:
        sys.stdout.writelines(f"{os.path.relpath(path)}\n" for path in paths)
        return DONE
    return _check(settings, paths, options)


def _settings(options: argparse.Namespace, args: tuple[str, ...]) -> Settings:
    from tiltfile_ext.check._config import Config, find_config, read_config
    from tiltfile_ext.check._settings import settings_of

    cwd = os.getcwd()
    given = read_config(os.path.abspath(options.config)) if options.config else find_config(cwd)
    flags = {name.replace("_", "-"): value for name, value in vars(options).items()}
    flags["paths"] = flags["paths"] or None
    settings = settings_of(flags, given or Config(), cwd=cwd, args=args)
    _refuse_mistakes(settings, options)
    return settings


def _refuse_mistakes(settings: Settings, options: argparse.Namespace) -> None:
    """Refuse what cannot have been meant.

    Raises:
        SelectionError, PolicyError, BaselineError: see there.
    """
    from tiltfile_ext.check._baseline import BaselineError
    from tiltfile_ext.check._run import known_rules
    from tiltfile_ext.check._selection import check_codes
    from tiltfile_ext.check.rules import require_policy

    rules, closed = known_rules()
    selection = settings.selection
    per_file = [code for codes in settings.per_file.values() for code in codes]
    check_codes((*selection.select, *selection.ignore, *per_file), rules, closed=closed)
    require_policy(selection.select, settings.policy)
    if options.write_baseline and not settings.baseline:
        raise BaselineError("--write-baseline needs --baseline FILE, or baseline in the configuration")


def _check(settings: Settings, paths: list[str], options: argparse.Namespace) -> int:
    from tiltfile_ext.check._baseline import read_baseline, write_baseline

    if settings.baseline and not options.write_baseline:
        read_baseline(settings.baseline)  # a mistake is told before the work, not after it
    _report_use()
    report = _checked(settings, paths)
    if options.write_baseline and not report.interrupted:
        known = write_baseline(settings.baseline, report.findings)
        sys.stderr.write(f"{os.path.relpath(settings.baseline)}: {known} findings are known from now on\n")
        return OUR_BUG if report.problems else DONE
    return _present(_without_known(report, settings), settings, paths, options)


def _checked(settings: Settings, paths: list[str]) -> Report:
    """Run the check, with a line of progress; what went wrong in rules is told."""
    from tiltfile_ext.check._present import relative
    from tiltfile_ext.check._run import run_check
    from tiltfile_ext.fleet import Progress

    progress = Progress(sys.stderr, len(paths), "checked")
    try:
        report = run_check(
            settings, paths, lambda checked, found: progress.update(checked, f"{found} findings")
        )
    finally:
        progress.clear()
    for problem in relative(report).problems:
        sys.stderr.write(f"tiltfile check: {problem}\n")
    return report


def _without_known(report: Report, settings: Settings) -> Report:
    from tiltfile_ext.check._run import without_known

    return without_known(report, settings.baseline) if settings.baseline else report


def _present(report: Report, settings: Settings, paths: list[str], options: argparse.Namespace) -> int:
    """Show what was found, or change it and show what is left; returns the exit code."""
    from tiltfile_ext.check._present import relative
    from tiltfile_ext.check.formats import writer

    if options.diff or options.fix:
        from tiltfile_ext.cli.check_fix import make_fixes, show_diff

        if options.diff:
            show_diff(relative(report))
            return _exit_code(report)
        if not report.interrupted and make_fixes(relative(report)):
            report = _without_known(_checked(settings, paths), settings)
    sys.stdout.write(writer(options.format)(relative(report)))
    return _exit_code(report)


def _exit_code(report: Report) -> int:
    if report.interrupted:
        sys.stderr.write("tiltfile: interrupted\n")
        return INTERRUPTED
    if report.problems:
        return OUR_BUG
    return FINDINGS if report.fails else DONE


def _report_use() -> None:
    """Record that the verb was used: one event, whatever the Tiltfiles say, if the user permits it."""
    from analytics import Client
    from tiltfile_ext._version import __version__

    client = Client.open(version=__version__, subcommand="check")
    client.incr("cmd.check")
    client.settle()
    client.flush()
