"""Known findings: a rule is adopted step by step."""

import json
import subprocess

import pytest

from tiltfile_ext.check import Finding
from tiltfile_ext.check._baseline import BaselineError, apply_baseline, read_baseline, write_baseline

OLD = "test('a', 'true')\n"


@pytest.fixture
def known(tmp_path):
    """Write a baseline of findings, and return what it leaves of others."""

    def leaves(before, after, checked=()):
        path = str(tmp_path / "known.json")
        write_baseline(path, before)
        return apply_baseline(read_baseline(path), path, after, checked)

    return leaves


def finding(message="m", path="a/Tiltfile", line=1, **fields):
    return Finding("TF201", message, f"/repo/{path}", line, **fields)


def test_a_known_finding_is_hidden_wherever_it_moves(known):
    assert known([finding(line=3)], [finding(line=70)]).shown == []


def test_one_more_of_a_known_kind_is_shown(known):
    applied = known([finding(), finding()], [finding(line=1), finding(line=2), finding(line=3)])
    assert ([each.line for each in applied.shown], applied.known) == ([3], 2)


@pytest.mark.parametrize(
    "other", [finding("n"), finding(path="b/Tiltfile"), Finding("TF202", "m", "/repo/a/Tiltfile")]
)
def test_another_finding_is_shown(known, other):
    assert known([finding()], [other]).shown == [other]


def test_what_varies_from_run_to_run_does_not_count(known):
    before = finding("the load took 3.2 s, see /repo/x:3:17")
    assert known([before], [finding("the load took 2.9 s, see /repo/x:4:1")]).shown == []


def test_notes_are_shown_and_not_listed(known):
    note = finding(severity="note")
    assert known([note], [note]) == ([note], 0, 0)


def test_what_was_fixed_is_counted_for_the_tiltfiles_that_were_checked(known):
    before = [finding(), finding(path="b/Tiltfile")]
    assert known(before, [], ["/repo/a/Tiltfile"]).stale == 1


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 1}', '{"version": 1, "findings": [{}]}', "\xff"]
)
def test_what_is_no_baseline_is_refused(tmp_path, text):
    (tmp_path / "known.json").write_text(text, encoding="latin-1")
    with pytest.raises(BaselineError, match="this is no baseline"):
        read_baseline(str(tmp_path / "known.json"))


def test_a_baseline_of_another_version_is_refused(tmp_path):
    (tmp_path / "known.json").write_text('{"version": 2, "findings": []}')
    with pytest.raises(BaselineError, match="version 2"):
        read_baseline(str(tmp_path / "known.json"))


def test_a_baseline_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(BaselineError, match="No such file or directory"):
        write_baseline(str(tmp_path / "none" / "known.json"), [])


def test_a_team_adopts_a_rule_step_by_step(tree, check, tmp_path):
    tree({"a/Tiltfile": OLD, "b/Tiltfile": "x = 1\n"})
    done = check("--baseline", "known.json", "--write-baseline", code=0)
    assert (done.stdout, done.stderr) == ("", "known.json: 1 findings are known from now on\n")
    assert (
        check("--baseline", "known.json", code=0).stdout
        == "2 Tiltfiles checked: no findings, 1 in the baseline\n"
    )
    tree({"b/Tiltfile": OLD})
    assert "b/Tiltfile:1:1: TF201" in check("--baseline", "known.json", code=1).stdout
    tree({"a/Tiltfile": "x = 1\n", "b/Tiltfile": "x = 1\n"})
    assert check("--baseline", "known.json", code=0).stdout.endswith(
        "1 fixed since the baseline was written\n"
    )


def test_a_baseline_holds_in_every_clone_and_from_every_directory(tree, check, tmp_path):
    tree(
        {"repo/a/Tiltfile": "fail('see ' + os.getcwd())\n", "repo/tiltfile.toml": 'baseline = "known.json"\n'}
    )
    check("--write-baseline", cwd="repo", code=0)
    subprocess.run(["cp", "-r", "repo", "clone"], cwd=tmp_path, check=True)
    check(cwd="clone", code=0)
    check(cwd="clone/a", code=0)
    assert json.loads((tmp_path / "repo/known.json").read_text())["findings"][0]["path"] == "a/Tiltfile"
