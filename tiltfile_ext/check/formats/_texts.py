"""Texts and places as the formats of other programs take them."""

from __future__ import annotations

import os
from urllib.parse import quote

from tiltfile_ext.check._report import Report
from tiltfile_ext.starkit._unicode import clean

__all__ = ["clean", "posix", "shortfalls", "uri"]


def posix(path: str) -> str:
    """*path* with slashes."""
    return path.replace(os.sep, "/")


def uri(path: str) -> str:
    """*path* as a URI: relative where the path is; bytes that are no UTF-8 are kept."""
    quoted = quote(os.fsencode(posix(path)), safe="/")
    if os.path.isabs(path):
        return f"file://{quoted}"
    return quoted


def shortfalls(report: Report) -> list[str]:
    """Why the check says less than it should, a line each: a bug in a rule, ^C."""
    stopped = f"interrupted; Tiltfiles not checked: {report.interrupted}"
    return [*report.problems, *([stopped] if report.interrupted else [])]
