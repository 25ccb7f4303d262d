"""Every recorded Tiltfile gives the same once it says what analytics is, for all that runs behind the word."""

import os
import re
import shutil
from pathlib import Path

import pytest

import tiltfile_ext
from tiltfile_ext.check.fix import Fix, NotFixable, apply_edits, declare, read_text, replace_text
from tiltfile_ext.plugins.analytics import AnalyticsSettings
from tiltfile_ext.starkit import StaticError

from .test_parity import CASES, HERE, JUDGE

#: cases in which the word of the main Tiltfile does not count in the end, and why
UNHEARD = {
    "analytics-set-in-loaded-file": "what is loaded says otherwise, and later",
    "k8s-resource-dep-cycle-with-local": "Tilt forgets everything after this error",
}
TILTFILES = sorted((HERE / "cases").rglob("Tiltfile"))


def test_every_fix_is_made_once_and_can_be_read_again():
    fixes = 0
    for path in TILTFILES:
        text = read_text(str(path))
        fix = declare(text, enable=True)
        if isinstance(fix, Fix):
            fixes += 1
            again = declare(apply_edits(text, fix.edits), enable=True)
            assert isinstance(again, NotFixable), path
            assert again.reason.endswith("says otherwise"), path  # it was read, and the call is there
    assert fixes > 400


@pytest.fixture(scope="module")
def toolbox(tmp_path_factory) -> str:
    return JUDGE.make_toolbox(str(tmp_path_factory.mktemp("tools") / "bin"))


def make_fixes(top: str) -> bool:
    """Fix every Tiltfile below *top*; whether the main one was."""
    fixed = set()
    for path in map(str, Path(top).rglob("Tiltfile")):
        made = declare(read_text(path), enable=True)
        if isinstance(made, Fix):
            replace_text(path, apply_edits(read_text(path), made.edits))
            fixed.add(path)
    return os.path.join(top, "Tiltfile") in fixed


def outcome(case, work: Path, toolbox: str, *, fix: bool) -> tuple[str, bool | None, bool]:
    """What the load of *case* gave, without line numbers; what it said of analytics; whether it has to be True."""
    work.mkdir()
    top, env = JUDGE.materialize(case, str(work), toolbox)
    fixed = fix and make_fixes(top)
    result = tiltfile_ext.load(os.path.join(top, "Tiltfile"), case.get("args", []), environ=env, timeout=120)
    seen = {
        "error": result.error and result.error.message,
        "manifests": [manifest.name for manifest in result.manifests],
        "enabled": result.enabled,
        "messages": result.messages,
        "files": result.config_files,
        "uses": {name: use.calls for name, use in result.uses.items() if name != "analytics_settings"},
    }
    shutil.rmtree(work)
    text = re.sub(r"(Tiltfile|line)[: ]\d+(:\d+)?", r"\1", repr(seen))
    heard = fixed and not isinstance(result.error, StaticError) and case["id"] not in UNHEARD
    return text, result[AnalyticsSettings].enable, heard


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_fixed_tiltfile_has_the_same_outcome(case, tmp_path, toolbox):
    plain, said, _ = outcome(case, tmp_path / "work", toolbox, fix=False)
    same, says, heard = outcome(case, tmp_path / "work", toolbox, fix=True)
    assert same == plain
    assert says is (True if heard else said)
