"""Findings as JUnit XML, which nearly every CI shows: one test case for each Tiltfile.

A test case has one failure with all of its findings, as some readers show the first failure only. Notes are
its output. A file with findings that is no Tiltfile, such as one that is loaded, is a test case too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._report import Report
from tiltfile_ext.check.formats._texts import shortfalls

#: what XML 1.0 cannot say in any way
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = "tiltfile check"


def write(report: Report) -> str:
    """One test suite; what keeps the check from being whole is an error of a test case of its own."""
    cases, problems = _by_path(report), shortfalls(report)
    tests = [_case(path, found) for path, found in cases.items()]
    tests += [_unfinished(problems)] if problems else []
    totals = _attributes(
        name=_NAME,
        tests=str(len(tests)),
        failures=str(sum(map(_fails, cases.values()))),
        errors="1" if problems else "0",
        time=f"{report.seconds:.3f}",
    )
    opening = ['<?xml version="1.0" encoding="utf-8"?>', f"<testsuites{totals}>", f"<testsuite{totals}>"]
    return "\n".join([*opening, *tests, "</testsuite>", "</testsuites>", ""])


def _by_path(report: Report) -> dict[str, list[Finding]]:
    """Path -> findings: the Tiltfiles first, in order."""
    found: dict[str, list[Finding]] = {path: [] for path in report.checked}
    for finding in report.findings:
        found.setdefault(finding.path, []).append(finding)
    return found


def _fails(findings: Iterable[Finding]) -> bool:
    return any(finding.fails for finding in findings)


def _case(path: str, findings: Sequence[Finding]) -> str:
    failing = [finding for finding in findings if finding.fails]
    notes = [finding for finding in findings if not finding.fails]
    body = _element("failure", failing, message=_headline(failing), type=_codes(failing)) if failing else ""
    body += _element("system-out", notes) if notes else ""
    return f"<testcase{_attributes(classname=_NAME, name=path)}>{body}</testcase>"


def _element(name: str, findings: Iterable[Finding], **attributes: str) -> str:
    text = "\n".join(_line(finding) for finding in findings)
    return f"<{name}{_attributes(**attributes)}>{_text(text)}</{name}>"


def _line(finding: Finding) -> str:
    line = f"{finding.place}: {finding.code} {finding.message}"
    return f"{line}\n    help: {finding.help}" if finding.help else line


def _headline(failing: Sequence[Finding]) -> str:
    more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
    return f"{failing[0].code} {failing[0].message}{more}"


def _codes(failing: Iterable[Finding]) -> str:
    return " ".join(sorted({finding.code for finding in failing}))


def _unfinished(problems: Sequence[str]) -> str:
    text = _text("\n".join(problems))
    error = f"<error{_attributes(message=problems[0])}>{text}</error>"
    return f"<testcase{_attributes(classname=_NAME, name='the check itself')}>{error}</testcase>"


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(_allowed(value))}" for name, value in values.items())


def _text(text: str) -> str:
    return escape(_allowed(text), {"\r": "&#13;"})


def _allowed(text: str) -> str:
    r"""*text* with ``\x1b`` and the like for what XML cannot say."""
    return _FORBIDDEN.sub(lambda match: ascii(match[0])[1:-1], text)
