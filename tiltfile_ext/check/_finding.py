"""What a rule found: one fault, at one place."""

from __future__ import annotations

from typing import Literal

from tiltfile_ext.check._fix import Fix, NotFixable
from tiltfile_ext.starkit import Data

#: "error" and "warning" make a check fail; a "note" is only shown
Severity = Literal["error", "warning", "note"]


class Finding(Data):
    """One fault that a rule found.

    Attributes:
        code: the rule's code: capital letters, then digits, such as ``ACME001``.
        message: what was found, in one line.
        path: absolute path of the file that is to be changed, such as ``result.path``.
        line: counts from 1.
        column: counts characters from 1.
        help: what to do about it, "" if the message says so.
        severity: whether it makes the check fail.
        fix: what ``--fix`` changes in the file, or why it cannot; None if there is nothing to change.
    """

    code: str
    message: str
    path: str
    line: int = 1
    column: int = 1
    help: str = ""
    severity: Severity = "error"
    fix: Fix | NotFixable | None = None

    @property
    def place(self) -> str:
        """``PATH:LINE:COLUMN``, which terminals and editors can open."""
        return f"{self.path}:{self.line}:{self.column}"

    @property
    def fails(self) -> bool:
        """Whether the check fails because of it."""
        return self.severity != "note"
