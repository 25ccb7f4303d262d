"""What a report looks like, for people and for programs."""

import json

import pytest

from tiltfile_ext.check import Finding, Report
from tiltfile_ext.check.formats import NAMES, writer

FOUND = Finding("ACME001", "no owner", "web/Tiltfile", 3, 5, help="call acme.owner()")
NOTE = Finding("TF304", "partial: local was not run", "web/Tiltfile", severity="note")


def report(*findings, **fields):
    return Report("/repo", findings, **{"checked": ("web/Tiltfile",), **fields})


@pytest.mark.parametrize("name", NAMES)
def test_every_format_writes_a_report_without_findings(name):
    assert writer(name)(report()).endswith("\n")


def test_text_is_a_place_to_open_a_code_a_message_and_what_to_do():
    assert writer("text")(report(FOUND, NOTE)).splitlines() == [
        "web/Tiltfile:3:5: ACME001 no owner",
        "    help: call acme.owner()",
        "web/Tiltfile:1:1: TF304 note: partial: local was not run",
        "",
        "1 Tiltfile checked: 1 finding, 1 note",
    ]


def test_the_summary_says_what_is_not_shown():
    text = writer("text")(report(known=2, ignored=1, interrupted=7))
    assert text == (
        "1 Tiltfile checked: no findings, 2 in the baseline, 1 ignored by comments, interrupted, 7 not checked\n"
    )


def test_json_has_every_field_of_a_finding():
    document = json.loads(writer("json")(report(FOUND)))
    assert document["findings"] == [
        {
            "code": "ACME001",
            "message": "no owner",
            "path": "web/Tiltfile",
            "line": 3,
            "column": 5,
            "help": "call acme.owner()",
            "severity": "error",
            "fix": None,
        }
    ]


@pytest.mark.parametrize(("findings", "fails"), [((), False), ((NOTE,), False), ((FOUND, NOTE), True)])
def test_a_note_does_not_make_a_check_fail(findings, fails):
    assert report(*findings).fails is fails
