"""How a report is written: one file per format, each with one function ``write(report) -> str``.

A format is imported when it is asked for; its name is the name of its module.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from tiltfile_ext.check._report import Report

#: the formats' names, as ``--format`` takes them
NAMES = ("text", "json", "github", "junit", "sarif")


def writer(name: str) -> Callable[[Report], str]:
    """The function that writes a report in the format *name*, one of `NAMES`."""
    return cast("Callable[[Report], str]", import_module(f"{__name__}.{name}").write)
