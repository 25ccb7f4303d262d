"""What a check found in all Tiltfiles together: what the formats show."""

from __future__ import annotations

from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._rule import RuleInfo
from tiltfile_ext.starkit import Data


class Report(Data):
    """The outcome of one check.

    Attributes:
        base: absolute path of the directory that the findings' paths are relative to.
        findings: sorted by path, line, column and code, each once. A path is relative to ``base`` and has
            slashes where it is below it, else absolute.
        checked: paths of the Tiltfiles that were checked, as in the findings.
        rules: every rule that took part, sorted by code.
        ignored: how many findings a comment in a file hides.
        known: how many findings the baseline hides.
        stale: how many findings the baseline lists of these Tiltfiles that there are no more.
        problems: what went wrong in a rule, one message each: a bug in the rule, not in a Tiltfile.
        interrupted: how many Tiltfiles were not checked because of ^C.
        seconds: wall time of the check.
    """

    base: str
    findings: tuple[Finding, ...] = ()
    checked: tuple[str, ...] = ()
    rules: tuple[RuleInfo, ...] = ()
    ignored: int = 0
    known: int = 0
    stale: int = 0
    problems: tuple[str, ...] = ()
    interrupted: int = 0
    seconds: float = 0.0

    @property
    def fails(self) -> bool:
        """Whether there is a finding that makes the check fail."""
        return any(finding.fails for finding in self.findings)

    def rule(self, code: str) -> RuleInfo | None:
        """What is told of the rule with this code; None for a code that no rule announced."""
        return next((rule for rule in self.rules if rule.code == code), None)
