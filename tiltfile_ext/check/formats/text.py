"""Findings for people: a place that terminals and editors open, a code, the message, then what to do."""

from __future__ import annotations

from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._fix import Fix
from tiltfile_ext.check._report import Report


def write(report: Report) -> str:
    """A line for each finding, one more for its help, and a summary."""
    lines = [line for finding in report.findings for line in _finding(finding)]
    return "\n".join([*lines, *([""] if lines else []), summary(report)]) + "\n"


def _finding(finding: Finding) -> list[str]:
    severity = "" if finding.severity == "error" else f" {finding.severity}:"
    line = f"{finding.place}: {finding.code}{severity} {finding.message}"
    return [line, f"    help: {finding.help}"] if finding.help else [line]


def summary(report: Report) -> str:
    """How many Tiltfiles and findings there are, and what is not shown."""
    failing = sum(finding.fails for finding in report.findings)
    notes = len(report.findings) - failing
    fixable = sum(isinstance(finding.fix, Fix) for finding in report.findings)
    hint = f" ({fixable} fixable with --fix)" if fixable else ""
    parts = [f"{_plural(len(report.checked), 'Tiltfile')} checked: {_plural(failing, 'finding')}{hint}"]
    parts += [_plural(notes, "note")] if notes else []
    parts += [f"{report.known} in the baseline"] if report.known else []
    parts += [f"{report.stale} fixed since the baseline was written"] if report.stale else []
    parts += [f"{report.ignored} ignored by comments"] if report.ignored else []
    parts += [f"interrupted, {report.interrupted} not checked"] if report.interrupted else []
    return ", ".join(parts)


def _plural(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
