"""``tiltfile check --fix`` and ``--diff``: change what the rules found, or show what would change."""

from __future__ import annotations

import sys

from tiltfile_ext.check._report import Report
from tiltfile_ext.check.fix import Change, make_change, plan_changes, unified_diff


def make_fixes(report: Report) -> bool:
    """Make the fixes of *report*, and tell of each on standard error; returns whether a file has changed."""
    made = [make_change(change) for change in plan_changes(report.findings)]
    for change in made:
        for description in _descriptions(change):
            sys.stderr.write(f"fixed {change.path}: {description}\n")
        _tell_left(change)
    return any(change.fixed for change in made)


def show_diff(report: Report) -> None:
    """Print what `make_fixes` would change, as ``git apply`` takes it."""
    changes = list(plan_changes(report.findings))
    for change in changes:
        sys.stdout.write(unified_diff(change.path, change.old, change.new))
        _tell_left(change)
    files = sum(1 for change in changes if change.fixed)
    sys.stderr.write(f"--fix changes {files or 'no'} file{'' if files == 1 else 's'}\n")


def _descriptions(change: Change) -> list[str]:
    """What was done, each once."""
    fixes = [getattr(finding.fix, "description", "") for finding in change.fixed]
    return list(dict.fromkeys(fixes))


def _tell_left(change: Change) -> None:
    """Say why findings are left whose rule has something to say of a fix."""
    for finding, reason in change.left:
        if finding.fix is not None:
            sys.stderr.write(f"cannot fix {finding.place}: {finding.code}: {reason}\n")
