"""The prelude in pieces: a file gets what it mentions, and what that needs."""

import importlib.util
from pathlib import Path

import pytest
from engine_host import run

from tiltfile_ext.starkit import _engine
from tiltfile_ext.starkit._callbacks import CALLBACKS
from tiltfile_ext.starkit._pieces import select
from tiltfile_ext.starkit._prelude import HELPERS, UNIVERSE_FUNCTIONS
from tiltfile_ext.starkit._prelude_table import TABLE
from tiltfile_ext.starkit._text import FUNCTIONS

ROOT = Path(__file__).parent.parent.parent
_SPEC = importlib.util.spec_from_file_location("prelude_table", ROOT / "scripts/prelude_table.py")
writer = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(writer)


def test_the_table_is_what_the_prelude_says():
    assert writer.TABLE.read_text() == writer.table(), "run python scripts/prelude_table.py"


def test_everything_that_a_definition_mentions_is_defined():
    callables = {*CALLBACKS, "py_unique", *(f"py_{name}" for name in FUNCTIONS)}
    mentioned = {name for *_, names in TABLE.values() for name in names.split()}
    assert mentioned - TABLE.keys() - callables == set()


def test_every_name_of_a_file_is_defined():
    assert {*UNIVERSE_FUNCTIONS, *HELPERS} <= TABLE.keys()


def test_a_definition_brings_what_it_needs_and_no_more():
    assert select(["tilt_m_split"], ()).names == ["p_fail", "tilt_m_split"]


def test_what_is_known_is_not_selected_again():
    assert select(["tilt_m_split"], {"p_fail"}).names == ["tilt_m_split"]


def test_a_definition_stays_on_its_line():
    ((file, text),) = select(["tilt_m_split"], {"p_fail"}).texts()
    lines = text.split("\n")
    assert (file, lines[TABLE["tilt_m_split"][1] - 1]) == ("@core", "def tilt_m_split(s, *args):")
    assert not any(lines[: TABLE["tilt_m_split"][1] - 1])


@pytest.mark.parametrize(
    ("names", "most"),
    [("tilt_call tilt_run tilt_export", 0.35), ("tilt_call str tilt_mod tilt_m_format", 0.55)],
)
def test_most_files_need_a_part_of_the_prelude(names, most):
    assert len(select(names.split(), ()).names) <= most * len(TABLE)


@pytest.mark.parametrize("name", [name for name in TABLE if not name.startswith("p_")])
def test_a_name_can_be_had_alone_and_after_others(monkeypatch, name):
    for before in ([], ["repr"], ["tilt_call", "sorted"]):
        core = _engine._Core()
        monkeypatch.setattr(_engine, "_core", core)
        core.loads(before)
        assert f"'{name}'" in core.loads([name])


def test_two_files_that_mention_a_function_have_the_same():
    text = "load('b', 'mine')\nprint(mine[0] == len, mine[1] == sorted, sorted in mine)"
    assert run(text, b="mine = [len, sorted]\nx = len(sorted([2, 1]))").printed == ["True True True"]
