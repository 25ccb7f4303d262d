"""SARIF, GitHub annotations and JUnit XML are valid and say what was found, whatever texts they hold."""

import json
import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.check import Edit, Finding, Fix, NotFixable, Report, RuleInfo
from tiltfile_ext.check.fix import apply_edits
from tiltfile_ext.check.formats import writer

TESTDATA = Path(__file__).parent.parent / "testdata"
SARIF = jsonschema.Draft4Validator(json.loads((TESTDATA / "sarif-schema-2.1.0.json").read_text()))
JUNIT = xmlschema.XMLSchema(str(TESTDATA / "jenkins-junit.xsd"))

FIX = Fix("say True", (Edit(3, 20, 3, 25, "True"),))
RULE = RuleInfo("TF101", "analytics is on", "Because we pay for it.\n\nCall analytics_settings.")
FOUND = Finding("TF101", "analytics is off", "web/Tiltfile", 3, 5, help="say enable=True", fix=FIX)
NOTE = Finding("TF304", "partial", "web/Tiltfile", severity="note")
WARNING = Finding("ACME1", "slow", "api/Tiltfile", 2, 1, severity="warning", fix=NotFixable("no idea"))

hostile = st.text(
    st.one_of(st.characters(), st.sampled_from("%:,;\r\n\t\0\x1b\x85\u2028\ufffe\udc80<>&\"']]>"))
)
paths = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
fixes = st.one_of(
    st.none(),
    st.builds(NotFixable, hostile),
    st.builds(
        Fix, hostile, st.tuples(st.builds(Edit, st.just(1), st.just(1), st.just(2), st.just(3), hostile))
    ),
)
findings = st.builds(
    Finding,
    hostile,
    hostile,
    paths,
    st.integers(1, 9),
    st.integers(1, 9),
    help=hostile,
    severity=st.sampled_from(["error", "warning", "note"]),
    fix=fixes,
)
reports = st.builds(
    Report,
    st.just("/repo"),
    st.lists(findings, max_size=3).map(tuple),
    st.lists(paths, max_size=3, unique=True).map(tuple),
    st.lists(st.builds(RuleInfo, hostile, hostile, hostile), max_size=2, unique=True).map(tuple),
    problems=st.lists(hostile, max_size=2).map(tuple),
    interrupted=st.integers(0, 1),
)


def report(*findings, **fields) -> Report:
    return Report(
        "/repo", findings, **{"checked": ("api/Tiltfile", "web/Tiltfile"), "rules": (RULE,), **fields}
    )


# ---- SARIF -----------------------------------------------------------------------------------------


def sarif(report: Report) -> dict:
    log = json.loads(writer("sarif")(report))
    SARIF.validate(log)
    return log["runs"][0]


@given(reports)
def test_sarif_is_valid(report):
    run = sarif(report)
    assert len(run["results"]) == len(report.findings)


def test_a_sarif_result_has_its_place_in_the_repository_its_rule_and_what_to_do():
    run = sarif(report(WARNING, FOUND))
    (result,) = [each for each in run["results"] if each["ruleId"] == "TF101"]
    place = result["locations"][0]["physicalLocation"]
    assert result["level"] == "error"
    assert result["message"]["text"] == "analytics is off\nsay enable=True"
    assert place["artifactLocation"] == {"uri": "web/Tiltfile", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3, "startColumn": 5}
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == "TF101"
    assert rule["help"]["text"].startswith("Because we pay")
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == "file:///repo/"


def test_a_sarif_fix_makes_the_change():
    text = "\n\nanalytics_settings(False)\n"
    (result,) = sarif(report(FOUND))["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    edit = Edit(
        region["startLine"],
        region["startColumn"],
        region["endLine"],
        region["endColumn"],
        replacement["insertedContent"]["text"],
    )
    assert apply_edits(text, [edit]) == "\n\nanalytics_settings(True)\n"
    assert change["artifactLocation"]["uri"] == "web/Tiltfile"
    assert "fixes" not in sarif(report(WARNING))["results"][0]


def fingerprints(*findings: Finding) -> list[str]:
    return [each["partialFingerprints"]["tiltfileFinding/v1"] for each in sarif(report(*findings))["results"]]


def test_a_fingerprint_stays_when_lines_move():
    one = Finding("TF101", "line 3 says False", "Tiltfile", 3)
    moved = Finding("TF101", "line 14 says False", "Tiltfile", 14)
    assert fingerprints(one) == fingerprints(moved)


def test_no_two_findings_share_a_fingerprint():
    one, two = Finding("TF101", "off", "Tiltfile", 1), Finding("TF101", "off", "Tiltfile", 2)
    other = Finding("TF101", "off", "web/Tiltfile")
    assert len(set(fingerprints(one, two, other))) == 3


def test_a_check_that_did_not_run_to_its_end_is_no_success():
    assert sarif(report())["invocations"][0]["executionSuccessful"] is True
    broken = sarif(report(problems=("rule ACME1 failed",), interrupted=2))["invocations"][0]
    assert broken["executionSuccessful"] is False
    assert [each["message"]["text"] for each in broken["toolExecutionNotifications"]] == [
        "rule ACME1 failed",
        "interrupted; Tiltfiles not checked: 2",
    ]


@given(paths)
def test_a_uri_leads_back_to_the_path(path):
    (result,) = sarif(report(Finding("TF1", "m", path)))["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert unquote_to_bytes(urlsplit(place["uri"]).path) == os.fsencode(path)
    assert ("uriBaseId" in place) == (not os.path.isabs(path))


# ---- GitHub ----------------------------------------------------------------------------------------

_COMMAND = re.compile(
    r"::(error|warning|notice) file=([^,:]*),line=(\d+),col=(\d+),title=([^,:]*)::([^\r\n]*)"
)


def unescape(text: str) -> str:
    for escape, char in {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}.items():
        text = text.replace(escape, char)
    return text


def test_github_gets_a_command_for_each_finding_and_a_summary():
    assert writer("github")(report(WARNING, NOTE, FOUND)).splitlines() == [
        "::warning file=api/Tiltfile,line=2,col=1,title=ACME1::slow",
        "::notice file=web/Tiltfile,line=1,col=1,title=TF304::partial",
        "::error file=web/Tiltfile,line=3,col=5,title=TF101::analytics is off%0Asay enable=True",
        "2 Tiltfiles checked: 2 findings (1 fixable with --fix), 1 note",
    ]


@given(reports)
def test_no_text_leaves_its_github_command(report):
    lines = re.split(r"[\r\n]", writer("github")(report))
    assert lines.pop() == ""
    lines.pop()  # the summary
    for finding, line in zip(report.findings, lines, strict=True):
        match = _COMMAND.fullmatch(line)
        assert match, line
        assert "\udc80" not in line
        if not re.search("[\ud800-\udfff]", finding.message + finding.help + finding.code + finding.path):
            assert unescape(match[2]) == finding.path
            assert unescape(match[5]) == finding.code
            assert unescape(match[6]) == f"{finding.message}\n{finding.help}".rstrip("\n")


def test_github_gets_paths_from_the_root_of_its_workspace(tmp_path, monkeypatch):
    found = Report(str(tmp_path / "deploy"), (FOUND,))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert "file=deploy/web/Tiltfile," in writer("github")(found)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert "file=web/Tiltfile," in writer("github")(found)


# ---- JUnit -----------------------------------------------------------------------------------------


def junit(report: Report) -> ET.Element:
    text = writer("junit")(report)
    JUNIT.validate(text)
    return ET.fromstring(text.encode())


@given(reports)
def test_junit_is_valid_and_counts_right(report):
    suites = junit(report)
    suite = suites[0]
    assert int(suite.get("tests")) == len(suite.findall("testcase"))
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
    assert (
        int(suite.get("errors"))
        == len(suite.findall("testcase/error"))
        == bool(report.problems or report.interrupted)
    )
    assert suites.attrib == suite.attrib


def test_junit_has_a_case_for_each_tiltfile_and_each_other_file_with_findings():
    loaded = Finding("TF301", "deprecated", "lib.star", 7, 1)
    suite = junit(report(FOUND, NOTE, FOUND, loaded, seconds=1.25))[0]
    api, web, lib = suite
    assert [case.get("name") for case in suite] == ["api/Tiltfile", "web/Tiltfile", "lib.star"]
    assert suite.get("time") == "1.250"
    assert list(api) == []
    assert web.find("failure").attrib == {"message": "TF101 analytics is off (and 1 more)", "type": "TF101"}
    assert web.find("failure").text.splitlines()[:2] == [
        "web/Tiltfile:3:5: TF101 analytics is off",
        "    help: say enable=True",
    ]
    assert web.find("system-out").text == "web/Tiltfile:1:1: TF304 partial"
    assert lib.find("failure").get("type") == "TF301"


@pytest.mark.parametrize(
    ("message", "shown"), [("a\x1bb\0", "a\\x1bb\\x00"), ("\udc80", "\\udc80"), ("<&>]]>", "<&>]]>"), ("a\r\nb", "a\r\nb")]
)  # fmt: skip
def test_what_xml_cannot_say_is_spelt_out(message, shown):
    failure = junit(report(Finding("TF1", message, "web/Tiltfile"))).find(".//failure")
    assert failure.get("message") == f"TF1 {shown}"
    assert failure.text == f"web/Tiltfile:1:1: TF1 {shown}"
