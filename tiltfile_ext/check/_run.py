"""A whole check: find the Tiltfiles, have workers look at each, and put together what they found."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator

from tiltfile_ext.check._baseline import apply_baseline, read_baseline
from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._plugin_rules import rules_of
from tiltfile_ext.check._plugins import plugins_for
from tiltfile_ext.check._report import Report
from tiltfile_ext.check._rule import RuleInfo
from tiltfile_ext.check._selection import matches
from tiltfile_ext.check._settings import Settings
from tiltfile_ext.check._worker import TARGET, Checked, Job
from tiltfile_ext.check.rules import EVERY_RULE, rules_for
from tiltfile_ext.check.rules.loads import lost
from tiltfile_ext.fleet import Done, Failed, Lost, Outcome, Pool, find_tiltfiles
from tiltfile_ext.fleet._gitignore import IgnoreRules
from tiltfile_ext.starkit import evolve

#: takes how many Tiltfiles were checked, and how many findings there are so far
OnProgress = Callable[[int, int], None]


def tiltfiles_of(settings: Settings) -> list[str]:
    """The absolute paths of the Tiltfiles to check, sorted.

    Raises:
        NoTiltfileError: there are none.
    """
    return find_tiltfiles(
        settings.paths,
        cwd=settings.cwd,
        exclude=settings.exclude,
        exclude_base=settings.exclude_base,
    )


def known_rules(settings: Settings) -> tuple[list[RuleInfo], bool]:
    """What is told of every rule, sorted by code; and whether no plugin has rules that nothing is told of.

    Raises:
        PluginError: the installed plugins cannot be used.
        ConfigError: the configuration of the plugins is wrong.
    """
    others = rules_of(plugins_for(settings.plugins, settings.config))
    infos = [rule.info() for rule in EVERY_RULE] + [info for rules in others for info in rules.infos]
    return sorted(infos, key=lambda info: info.code), all(rules.infos for rules in others)


def run_check(
    settings: Settings, paths: list[str], on_progress: OnProgress = lambda _checked, _found: None
) -> Report:
    """Check the Tiltfiles at *paths*, all of them absolute, as are the paths in the report.

    ^C ends the check, not this function: the report says how far it came.

    Raises:
        FleetError: the installed plugins cannot be used.
    """
    began = time.monotonic()
    gathered = _Gathered()
    job = Job(
        settings.args,
        settings.policy,
        settings.selection,
        settings.plugins,
        settings.limits.timeout,
        settings.run,
    )
    try:
        with Pool(TARGET, job, settings.limits) as pool:
            for outcome in pool.outcomes(paths):
                gathered.add(outcome)
                on_progress(len(gathered.checked), len(gathered.findings))
    except KeyboardInterrupt:
        gathered.interrupted = len(paths) - len(gathered.checked)
    return gathered.report(settings, time.monotonic() - began)


def without_known(report: Report, baseline: str) -> Report:
    """*report* without what the baseline at the path *baseline* lists.

    Raises:
        BaselineError: it cannot be used.
    """
    applied = apply_baseline(read_baseline(baseline), baseline, report.findings, report.checked)
    return evolve(report, findings=tuple(applied.shown), known=applied.known, stale=applied.stale)


class _Gathered:
    """What the workers said so far. A finding in a file that many Tiltfiles load is there once."""

    def __init__(self) -> None:
        self.checked: list[str] = []
        self.findings: dict[object, Finding] = {}
        self.hidden: dict[object, Finding] = {}
        self.problems: dict[str, None] = {}
        self.interrupted = 0

    def add(self, outcome: Outcome) -> None:
        """Take in what became of one Tiltfile."""
        self.checked.append(outcome.path)
        match outcome:
            case Done(value=Checked() as checked):
                self.findings |= _keyed(checked.findings)
                self.hidden |= _keyed(checked.hidden)
                self.problems |= dict.fromkeys(checked.problems)
            case Lost(path=path, reason=reason):
                self.findings |= _keyed([lost(path, reason)])
            case Failed(path=path, message=message, where=where):
                self.problems[f"{path}: {message} ({where}); this is a bug of tiltfile, please report it"] = (
                    None
                )

    def report(self, settings: Settings, seconds: float) -> Report:
        """What is shown of it."""
        wanted = [each for each in self.findings.values() if _is_wanted(settings, each)]
        return Report(
            base=settings.cwd,
            findings=tuple(sorted(wanted, key=_order)),
            checked=tuple(sorted(self.checked)),
            rules=tuple(_rules(settings)),
            ignored=len(self.hidden),
            problems=tuple(self.problems),
            interrupted=self.interrupted,
            seconds=seconds,
        )


def _keyed(findings: Iterable[Finding]) -> dict[object, Finding]:
    return {(*_order(finding), finding.message): finding for finding in findings}


def _order(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.line, finding.column, finding.code


def _is_wanted(settings: Settings, finding: Finding) -> bool:
    """Whether neither the selection nor the configuration of single files leaves *finding* out."""
    if not settings.selection.takes(finding.code):
        return False
    inside = os.path.relpath(finding.path, settings.per_file_base or settings.cwd)
    return not any(
        matches(finding.code, codes) and IgnoreRules([pattern]).leaves_out(inside)
        for pattern, codes in settings.per_file.items()
    )


def _rules(settings: Settings) -> Iterator[RuleInfo]:
    """The rules that took part, sorted by code."""
    infos = [rule.info() for rule in rules_for(settings.policy)]
    infos += [info for rules in rules_of(plugins_for(settings.plugins)) for info in rules.infos]
    for info in sorted(infos, key=lambda info: info.code):
        if settings.selection.takes(info.code):
            yield info
