"""``tiltfile check``: load many Tiltfiles, and show what the rules find."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tiltfile_ext.cli import DONE, INTERRUPTED, WRONG_USAGE
from tiltfile_ext.cli.check_options import FINDINGS, OUR_BUG, parser
from tiltfile_ext.cli.load import split

if TYPE_CHECKING:
    import argparse

    from tiltfile_ext.check._report import Report
    from tiltfile_ext.check._settings import Settings


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile check`` with *argv*; returns the exit code."""
    own, args = split(argv)
    options = parser().parse_args(own)
    try:
        return _run(options, tuple(args))
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

    settings = _settings(options, args)
    if options.rules or options.explain:
        from tiltfile_ext.cli.check_rules import explain, list_rules

        return explain(options.explain, settings) if options.explain else list_rules(settings)
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
        SelectionError, PolicyError, BaselineError, ConfigError: see there.
    """
    from tiltfile_ext.check._baseline import BaselineError
    from tiltfile_ext.check._run import known_rules
    from tiltfile_ext.check._selection import check_codes
    from tiltfile_ext.check.rules import require_policy

    rules, closed = known_rules(settings)
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
