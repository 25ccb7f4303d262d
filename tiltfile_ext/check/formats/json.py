"""Findings for programs."""

from __future__ import annotations

import json

from tiltfile_ext.check._report import Report
from tiltfile_ext.starkit import Data
from tiltfile_ext.starkit._data import fields_of


def write(report: Report) -> str:
    """One JSON object; its ``version`` changes when a field changes its meaning."""
    document = {
        "version": 1,
        "base": report.base,
        "checked": report.checked,
        "findings": [_plain(finding) for finding in report.findings],
        "ignored": report.ignored,
        "known": report.known,
        "stale": report.stale,
        "problems": report.problems,
        "interrupted": report.interrupted,
        "seconds": round(report.seconds, 3),
    }
    return json.dumps(document, indent=2) + "\n"


def _plain(value: object) -> object:
    """*value* as JSON has it."""
    if isinstance(value, Data):
        return {name: _plain(field) for name, field in fields_of(value).items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
