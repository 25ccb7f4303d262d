"""From absolute paths to what is shown."""

from __future__ import annotations

import os
from collections.abc import Callable

from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._report import Report
from tiltfile_ext.starkit import evolve


def relative(report: Report) -> Report:
    """*report* with paths relative to its ``base``, where they are below it; in messages, too."""
    start = report.base.rstrip(os.sep) + os.sep

    def shorten(text: str) -> str:
        return text.replace(start, "")

    return evolve(
        report,
        findings=tuple(_shortened(finding, shorten) for finding in report.findings),
        checked=tuple(map(shorten, report.checked)),
        problems=tuple(map(shorten, report.problems)),
    )


def _shortened(finding: Finding, shorten: Callable[[str], str]) -> Finding:
    return evolve(
        finding,
        path=shorten(finding.path),
        message=shorten(finding.message),
        help=shorten(finding.help),
    )
