"""What is put together from what the workers say."""

import pytest

from tiltfile_ext.check import Finding
from tiltfile_ext.check._present import relative
from tiltfile_ext.check._run import _Gathered
from tiltfile_ext.check._settings import Settings
from tiltfile_ext.check._worker import Checked
from tiltfile_ext.fleet import Done, Failed, Lost

HERE = Settings("/repo")


@pytest.fixture
def report():
    """The report of outcomes, as it is shown."""

    def make(*outcomes, settings=HERE):
        gathered = _Gathered()
        for outcome in outcomes:
            gathered.add(outcome)
        return relative(gathered.report(settings, 1.0))

    return make


def test_a_bug_of_ours_is_one_line_and_no_finding(report):
    made = report(
        Failed("/repo/a/Tiltfile", "KeyError: 'x'", "rule.py:3"), Done("/repo/b/Tiltfile", Checked())
    )
    assert made.problems == (
        "a/Tiltfile: KeyError: 'x' (rule.py:3); this is a bug of tiltfile, please report it",
    )
    assert (made.findings, made.checked) == ((), ("a/Tiltfile", "b/Tiltfile"))


def test_a_lost_worker_is_a_finding_at_the_tiltfile(report):
    (finding,) = report(Lost("/repo/a/Tiltfile", "died (SIGSEGV)")).findings
    assert (finding.code, finding.place) == ("TF303", "a/Tiltfile:1:1")
    assert finding.help == "tiltfile load a/Tiltfile"


def test_findings_are_sorted_and_what_many_find_is_there_once(report):
    late, early = Finding("TF2", "m", "/repo/b", 2), Finding("TF2", "m", "/repo/b", 1)
    elsewhere = Finding("TF2", "m /repo/x and /other", "/other/b")
    made = report(Done("/repo/a", Checked((late, elsewhere))), Done("/repo/b", Checked((late, early))))
    assert [(each.path, each.line) for each in made.findings] == [("/other/b", 1), ("b", 1), ("b", 2)]
    assert made.findings[0].message == "m x and /other"


def test_single_files_are_left_alone_as_configured(report):
    settings = Settings("/repo", per_file={"legacy/**": ("TF2",)}, per_file_base="/repo")
    found = tuple(
        Finding(code, "m", f"/repo/{path}") for code in ("TF201", "TF301") for path in ("legacy/a", "b")
    )
    made = report(Done("/repo/b", Checked(found)), settings=settings)
    assert [(each.code, each.path) for each in made.findings] == [
        ("TF201", "b"),
        ("TF301", "b"),
        ("TF301", "legacy/a"),
    ]
