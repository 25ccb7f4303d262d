"""Findings as workflow commands of GitHub Actions, which shows them at their lines in a pull request."""

from __future__ import annotations

import os

from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._report import Report
from tiltfile_ext.check.formats._texts import clean, posix
from tiltfile_ext.check.formats.text import summary

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
#: "%" comes first: it is in what the others become
_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_MESSAGE, ":": "%3A", ",": "%2C"}


def write(report: Report) -> str:
    """A command for each finding, and the summary, which is only logged.

    GitHub takes paths as relative to the root of the repository, which its runner keeps in
    ``GITHUB_WORKSPACE``; without it they are as in the report.
    """
    root = os.environ.get("GITHUB_WORKSPACE", "")
    commands = [_command(finding, report.base, root) for finding in report.findings]
    return "\n".join([*commands, summary(report), ""])


def _command(finding: Finding, base: str, root: str) -> str:
    properties = {
        "file": _in_workspace(finding.path, base, root),
        "line": str(finding.line),
        "col": str(finding.column),
        "title": finding.code,
    }
    words = ",".join(f"{name}={_escape(value, _PROPERTY)}" for name, value in properties.items())
    message = f"{finding.message}\n{finding.help}".rstrip("\n")
    return f"::{_COMMANDS[finding.severity]} {words}::{_escape(message, _MESSAGE)}"


def _in_workspace(path: str, base: str, root: str) -> str:
    """*path*, which is relative to *base*, relative to *root* if it is below it."""
    absolute = os.path.realpath(os.path.join(base, path))
    root = os.path.realpath(root) if root else ""
    if root and os.path.commonpath([absolute, root]) == root:
        return posix(os.path.relpath(absolute, root))
    return posix(path)


def _escape(text: str, escapes: dict[str, str]) -> str:
    text = clean(text)
    for char, escape in escapes.items():
        text = text.replace(char, escape)
    return text
