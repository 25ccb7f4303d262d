"""Check Tiltfiles by rules: Tilt's deprecations, loads that fail, a team's own policies."""

from tiltfile_ext.check._finding import Finding, Severity
from tiltfile_ext.check._fix import Edit, Fix, NotFixable
from tiltfile_ext.check._report import Report
from tiltfile_ext.check._rule import Rule, RuleInfo

__all__ = ["Edit", "Finding", "Fix", "NotFixable", "Report", "Rule", "RuleInfo", "Severity"]
