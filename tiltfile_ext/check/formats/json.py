"""Findings for programs."""

from __future__ import annotations

import json

from tiltfile_ext.check._report import Report
from tiltfile_ext.starkit._data import fields_of


def write(report: Report) -> str:
    """One JSON object; its ``version`` changes when a field changes its meaning."""
    document = {
        "version": 1,
        "base": report.base,
        "checked": report.checked,
        "findings": [fields_of(finding) for finding in report.findings],
        "ignored": report.ignored,
        "known": report.known,
        "problems": report.problems,
        "interrupted": report.interrupted,
        "seconds": round(report.seconds, 3),
    }
    return json.dumps(document, indent=2) + "\n"
