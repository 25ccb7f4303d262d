"""Check Tiltfiles by rules: Tilt's deprecations, loads that fail, a team's own policies."""

from tiltfile_ext.check._finding import Finding, Severity
from tiltfile_ext.check._report import Report
from tiltfile_ext.check._rule import Rule, RuleInfo

__all__ = ["Finding", "Report", "Rule", "RuleInfo", "Severity"]
