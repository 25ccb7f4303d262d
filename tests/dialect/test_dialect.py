"""Our host agrees with Tilt on every dialect case, but for a few that cannot be had."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from runner import Case, cases, run

#: cases in which only the text of the error differs, and why
OTHER_TEXT = {
    "obj.live_update_steps": "Tilt lists unused steps in random order",
}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_a_tiltfile_does_what_it_does_in_tilt(case: Case, tmp_path: Path) -> None:
    ours = run(case, tmp_path)
    assert (ours.ok, ours.output) == (case.tilt.ok, case.tilt.output)
    if case.id not in OTHER_TEXT:
        assert ours.error == case.tilt.error


def test_the_excluded_cases_are_few_and_exist() -> None:
    known = {case.id for case in cases()}
    assert OTHER_TEXT.keys() <= known
    assert len(OTHER_TEXT) <= 5
