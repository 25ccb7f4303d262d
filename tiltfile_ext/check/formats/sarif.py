"""Findings as SARIF 2.1.0, which code scanning services and editors read.

A path below ``report.base`` is relative to ``%SRCROOT%``, so that another machine finds it in its own clone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

from tiltfile_ext._version import __version__
from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._fix import Edit, Fix
from tiltfile_ext.check._report import Report
from tiltfile_ext.check._rule import RuleInfo
from tiltfile_ext.check.formats._fingerprint import fingerprints
from tiltfile_ext.check.formats._texts import clean, shortfalls, uri

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "tiltfileFinding/v1"


def write(report: Report) -> str:
    """One SARIF log with one run."""
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    numbers = {rule.code: number for number, rule in enumerate(report.rules)}
    return {
        "tool": {"driver": _driver(report.rules)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"uri": uri(os.path.join(report.base, ""))}},
        "artifacts": [{"location": _location(path), "roles": ["analysisTarget"]} for path in report.checked],
        "invocations": [_invocation(report)],
        "results": [
            _result(finding, fingerprint, numbers)
            for finding, fingerprint in zip(report.findings, fingerprints(report.findings), strict=True)
        ],
    }


def _driver(rules: Iterable[RuleInfo]) -> dict[str, Any]:
    return {
        "name": "tiltfile",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
    }


def _rule(rule: RuleInfo) -> dict[str, Any]:
    explanation = rule.explanation or rule.summary
    return {
        "id": clean(rule.code),
        "shortDescription": _text(rule.summary),
        "fullDescription": _text(explanation),
        "help": _text(explanation),
        "defaultConfiguration": {"enabled": rule.default},
        "properties": {"origin": clean(rule.origin)},
    }


def _invocation(report: Report) -> dict[str, Any]:
    """How the check went; a check that was stopped, or had a bug in a rule, was no success."""
    problems = shortfalls(report)
    return {
        "executionSuccessful": not problems,
        "toolExecutionNotifications": [{"level": "error", "message": _text(each)} for each in problems],
    }


def _result(finding: Finding, fingerprint: str, numbers: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": clean(finding.code),
        "level": finding.severity,
        "message": _text(f"{finding.message}\n{finding.help}".rstrip("\n")),
        "locations": [{"physicalLocation": _place(finding)}],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if finding.code in numbers:
        result["ruleIndex"] = numbers[finding.code]
    if isinstance(finding.fix, Fix):
        result["fixes"] = [_fix(finding.path, finding.fix)]
    return result


def _place(finding: Finding) -> dict[str, Any]:
    return {
        "artifactLocation": _location(finding.path),
        "region": {"startLine": finding.line, "startColumn": finding.column},
    }


def _fix(path: str, fix: Fix) -> dict[str, Any]:
    change = {"artifactLocation": _location(path), "replacements": [_replacement(edit) for edit in fix.edits]}
    return {"description": _text(fix.description), "artifactChanges": [change]}


def _replacement(edit: Edit) -> dict[str, Any]:
    region = {
        "startLine": edit.line,
        "startColumn": edit.column,
        "endLine": edit.end_line,
        "endColumn": edit.end_column,
    }
    return {"deletedRegion": region, "insertedContent": _text(edit.text)}


def _location(path: str) -> dict[str, str]:
    relative = not os.path.isabs(path)
    return {"uri": uri(path), **({"uriBaseId": _ROOT} if relative else {})}


def _text(text: str) -> dict[str, str]:
    return {"text": clean(text)}
