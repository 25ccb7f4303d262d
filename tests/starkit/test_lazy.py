"""Plugins that are imported when a Tiltfile first uses them."""

import sys

import pytest

from tiltfile_ext.starkit import Environment, LazyPlugin
from tiltfile_ext.testing import load_text, printed

MODULE = """\
from tiltfile_ext.starkit import Plugin, builtin

class Notes(list):
    pass

class NotesPlugin(Plugin):
    state = Notes

    def on_start(self, env):
        super().on_start(env)
        env.add_value("notes.limit", 3)

    @builtin("notes.add")
    def add(self, text: str) -> str:
        return "added " + text
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    (tmp_path / "notes_plugin.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    yield LazyPlugin(
        "notes_plugin:NotesPlugin", ("notes.add",), values=("notes.limit",), state="notes_plugin:Notes"
    )
    sys.modules.pop("notes_plugin", None)


def test_the_module_is_not_imported_before_its_names_are_used(plugin):
    assert load_text("print(1)", plugins=[plugin]).error is None
    assert "notes_plugin" not in sys.modules


def test_the_first_call_imports_it(plugin):
    assert printed(load_text("print(notes.add('x'))", plugins=[plugin])) == "added x"


def test_calls_are_bound_and_counted_as_ever(plugin):
    result = load_text("notes.add(text='x')", plugins=[plugin])
    assert result.tags == {"tiltfile.invoked.notes.add": "1", "tiltfile.invoked.notes.add.arg.text": "1"}


def test_its_values_are_there(plugin):
    assert printed(load_text("print(notes.limit)", plugins=[plugin])) == "3"


def test_the_result_has_its_state_though_it_was_never_used(plugin):
    result = load_text("", plugins=[plugin])
    import notes_plugin

    state = result[notes_plugin.Notes]
    assert state == []
    assert result[notes_plugin.Notes] is state
    assert notes_plugin.Notes in list(result.states)


def test_a_state_that_no_plugin_keeps_is_a_key_error():
    with pytest.raises(KeyError):
        load_text("")[Environment]


def test_messages_call_it_by_its_name(plugin):
    assert plugin.name == "NotesPlugin"
