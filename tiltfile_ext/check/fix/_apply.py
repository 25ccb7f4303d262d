"""Makes the fixes of many findings, file by file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._fix import Edit, Fix, NotFixable
from tiltfile_ext.check.fix._edits import EditError, apply_edits
from tiltfile_ext.check.fix._files import read_text, replace_text
from tiltfile_ext.check.fix._insert import statements_of
from tiltfile_ext.check.fix._lines import Lines
from tiltfile_ext.starkit import Data


class Change(Data):
    """What the fixes make of one file.

    Attributes:
        path: the file, as its findings call it.
        old: its text, with its own line ends.
        new: the text with the fixes.
        fixed: the findings whose fixes are in it.
        left: the other findings, each with the reason; also those that have no fix.
    """

    path: str
    old: str = ""
    new: str = ""
    fixed: tuple[Finding, ...] = ()
    left: tuple[tuple[Finding, str], ...] = ()


def plan_changes(findings: Iterable[Finding]) -> Iterator[Change]:
    """What can be changed: one change for each file that has findings. Files are read, not written."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    for path, found in by_path.items():
        try:
            yield _change(path, read_text(path), found)
        except OSError as error:
            reason = f"the file cannot be read: {error.strerror}"
            yield Change(path, left=tuple((finding, reason) for finding in found))


def make_change(change: Change) -> Change:
    """Write what was planned; the change that came of it, which is none where the file cannot be written."""
    problem = _write(change) if change.fixed else ""
    if not problem:
        return change
    left = (*change.left, *((finding, problem) for finding in change.fixed))
    return Change(change.path, change.old, change.old, left=left)


def _write(change: Change) -> str:
    """Write the file; what is in the way, "" if nothing is."""
    try:
        if not os.access(change.path, os.W_OK):
            return "the file is read-only"
        if read_text(change.path) != change.old:
            return "the file has changed meanwhile; try again"
        replace_text(change.path, change.new)
    except OSError as error:
        return f"the file cannot be written: {error.strerror}"
    return ""


def _change(path: str, text: str, findings: Iterable[Finding]) -> Change:
    is_readable = _is_readable(text)
    edits: list[Edit] = []
    fixed: list[Finding] = []
    left: list[tuple[Finding, str]] = []
    new = text
    for finding in findings:
        made = _with(text, [*edits, *_edits_of(finding)])
        if reason := _reason(finding, made, was_readable=is_readable):
            left.append((finding, reason))
        else:
            edits += _edits_of(finding)
            fixed.append(finding)
            new = made or ""
    return Change(path, text, new, tuple(fixed), tuple(left))


def _edits_of(finding: Finding) -> tuple[Edit, ...]:
    return finding.fix.edits if isinstance(finding.fix, Fix) else ()


def _with(text: str, edits: Iterable[Edit]) -> str | None:
    """*text* with *edits*; None where they do not fit it, or one another."""
    try:
        return apply_edits(text, edits)
    except EditError:
        return None


def _reason(finding: Finding, made: str | None, *, was_readable: bool) -> str:
    """Why *finding* is not fixed, "" if it is; *made* is the text with its fix."""
    if isinstance(finding.fix, NotFixable):
        return finding.fix.reason
    if finding.fix is None:
        return "there is no fix for it"
    if made is None:
        return "its fix meets another one, or a change of the file; try again"
    if was_readable and not _is_readable(made):
        return f"its fix would break the file; this is a bug of the rule {finding.code}"
    return ""


def _is_readable(text: str) -> bool:
    return not isinstance(statements_of(Lines(text)), NotFixable)
