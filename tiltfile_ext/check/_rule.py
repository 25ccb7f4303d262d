"""What a rule is: a code, what it is for, and a look at one load."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tiltfile_ext.check._finding import Finding
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Data


class Rule(Protocol):
    """Looks at the result of a load, and finds faults.

    It runs in another process than the one that shows what it found, once for each Tiltfile: it keeps
    nothing of one load for the next.
    """

    @property
    def code(self) -> str:
        """The code of its findings."""

    def check(self, result: LoadResult) -> Iterable[Finding]:
        """The faults of one load; also of one that failed, which says so in ``result.error``."""


class RuleInfo(Data):
    """What is told of a rule.

    Attributes:
        code: the code of its findings.
        summary: what it finds, in one line.
        explanation: why that is a fault, and what to do; paragraphs, "" if the summary says all.
        origin: who wrote it: "tiltfile", or the name of a plugin.
        default: whether it takes part unless it is told not to.
    """

    code: str
    summary: str
    explanation: str = ""
    origin: str = "tiltfile"
    default: bool = True
