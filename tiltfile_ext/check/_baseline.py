"""Findings that are known, and not shown: for a team that adopts a rule step by step.

A baseline does not name lines, which move. It counts, for each file, findings by code and message, so that
a second finding of a known kind is shown. Paths are relative to the baseline's own directory.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from tiltfile_ext.check._finding import Finding

_VERSION = 1
#: what differs from run to run in a message: places and durations
_VARYING = re.compile(r":\d+:\d+\b|\b\d+(?:\.\d+)? m?s\b")

_Known = Counter[tuple[str, str, str]]


class BaselineError(Exception):
    """A baseline that cannot be read or written; the message says which, and why."""


class Applied(NamedTuple):
    """What a baseline leaves of the findings: ``shown``; how many it hides; how many it need not list."""

    shown: list[Finding]
    known: int
    stale: int


def read_baseline(path: str) -> _Known:
    """How often each finding is known: (path, code, message) -> times.

    Raises:
        BaselineError: there is no such file, or it is no baseline.
    """
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        if document["version"] != _VERSION:
            raise BaselineError(f"{path}: version {document['version']!r} of a baseline is not known here")
        entries = document["findings"]
        return Counter(
            {(each["path"], each["code"], each["message"]): int(each["count"]) for each in entries}
        )
    except FileNotFoundError:
        raise BaselineError(f"{path}: there is no such baseline; --write-baseline makes one") from None
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise BaselineError(f"{path}: this is no baseline; --write-baseline makes one") from None


def write_baseline(path: str, findings: Iterable[Finding]) -> int:
    """Make *findings* known; returns how many they are. Notes are not written, as they never fail a check.

    Raises:
        BaselineError: the file cannot be written.
    """
    counts = Counter(_key(finding, path) for finding in findings if finding.fails)
    entries = [
        {"path": where, "code": code, "message": message, "count": times}
        for (where, code, message), times in sorted(counts.items())
    ]
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps({"version": _VERSION, "findings": entries}, indent=1) + "\n")
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror}") from None
    return counts.total()


def apply_baseline(known: _Known, path: str, findings: Iterable[Finding], checked: Iterable[str]) -> Applied:
    """*findings* without those that are *known*, from the baseline at *path*. *checked*: the Tiltfiles."""
    left, shown, hidden = Counter(known), [], 0
    for finding in findings:
        key = _key(finding, path)
        if finding.fails and left[key] > 0:
            left[key] -= 1
            hidden += 1
        else:
            shown.append(finding)
    seen = {_relative(each, path) for each in checked}
    return Applied(shown, hidden, sum(times for (where, _, _), times in left.items() if where in seen))


def _key(finding: Finding, baseline: str) -> tuple[str, str, str]:
    message = finding.message.replace(os.path.dirname(os.path.abspath(baseline)) + os.sep, "")
    return _relative(finding.path, baseline), finding.code, _VARYING.sub("", message)


def _relative(path: str, baseline: str) -> str:
    return os.path.relpath(path, os.path.dirname(os.path.abspath(baseline))).replace(os.sep, "/")
