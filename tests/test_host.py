"""load(): it always returns, whatever the Tiltfile does; and plugins of strangers."""

import threading

import pytest

import tiltfile_ext
from tiltfile_ext import PluginError
from tiltfile_ext.host import environment_for
from tiltfile_ext.plugins import own
from tiltfile_ext.starkit import BuiltinError, Environment, Plugin, Thread, builtin
from tiltfile_ext.testing import load_text, printed


class Notes:
    """State of the plugin below."""

    def __init__(self) -> None:
        self.lines: list[str] = []


class NotesPlugin(Plugin):
    """A stranger's plugin."""

    state = Notes

    @builtin("notes.add")
    def add(self, thread: Thread, line: str, times: int = 1) -> int:
        """Keep a line."""
        thread.state(Notes).lines += [line] * times
        return len(thread.state(Notes).lines)

    @builtin
    def crash(self) -> None:
        """Fail as plugins do."""
        raise ZeroDivisionError("no such luck")

    def on_loaded(self, thread: Thread) -> None:
        """Refuse a forbidden line."""
        if "forbidden" in thread.state(Notes).lines:
            raise BuiltinError("forbidden was noted")


def test_a_strangers_built_in_is_called_bound_and_counted():
    result = load_text("print(notes.add('a', times=2), type(notes))", plugins=[NotesPlugin()])
    assert printed(result) == "2 module"
    assert result[Notes].lines == ["a", "a"]
    assert result.tags == {
        "tiltfile.invoked.notes.add": "1",
        "tiltfile.invoked.notes.add.arg.line": "1",
        "tiltfile.invoked.notes.add.arg.times": "1",
    }


def test_one_plugin_object_serves_many_loads_at_once():
    plugin, results = NotesPlugin(), {}

    def work(name: str) -> None:
        results[name] = load_text(f"for i in range(200): notes.add('{name}')", plugins=[plugin])

    threads = [threading.Thread(target=work, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: set(result[Notes].lines) for name, result in results.items()} == {
        str(n): {str(n)} for n in range(8)
    }
    assert all(result.uses["notes.add"].calls == 200 for result in results.values())


def test_a_plugin_may_refuse_what_was_loaded():
    assert str(load_text("notes.add('forbidden')", plugins=[NotesPlugin()]).error) == "forbidden was noted"


def test_a_bug_of_a_plugin_names_the_place_and_keeps_its_cause():
    with pytest.raises(
        PluginError, match=r"ZeroDivisionError: no such luck .*crash at .*Tiltfile:1:6"
    ) as caught:
        load_text("crash()", plugins=[NotesPlugin()])
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_two_plugins_cannot_share_a_name():
    class Other(Plugin):
        @builtin
        def local(self) -> None:
            """Taken."""

    with pytest.raises(
        PluginError, match=r"plugin Other: 'local' collides with 'local' of plugin LocalPlugin"
    ):
        Environment([*own(), Other()])


@pytest.mark.parametrize(
    ("name", "problem"), [("os.path", "collides"), ("local.sub", "collides"), ("a b", "no name")]
)
def test_a_name_must_be_one_and_free(name, problem):
    class Other(Plugin):
        def on_start(self, env: Environment) -> None:
            env.add_value(name, 1)

    with pytest.raises(PluginError, match=problem):
        Environment([*own(), Other()])


def test_an_environment_is_made_once_for_the_same_plugins():
    assert environment_for(None) is environment_for(None)


def test_a_missing_tiltfile_is_a_result_with_an_error(tmp_path):
    result = tiltfile_ext.load(tmp_path / "nowhere")
    assert (result.began, result.manifests, result.tags) == (False, (), {})
    assert str(result.error).startswith(f"No Tiltfile found at paths '{tmp_path}/nowhere'")


def test_what_was_counted_before_an_error_is_in_the_result():
    result = load_text("blob('a')\nblob(1)\nblob('never')")
    assert result.tags == {"tiltfile.invoked.blob": "2", "tiltfile.invoked.blob.arg.input": "1"}


def test_an_undefined_name_stops_the_file_before_anything_is_counted():
    result = load_text("blob('a')\ndef never(): return nonsense\n")
    assert result.tags == {}
    assert str(result.error).endswith("Tiltfile:2:21: undefined: nonsense")


def test_exit_is_no_error_and_stops_every_file():
    result = load_text("include('a')\nprint('never')", files={"a": "print('a')\nexit('bye')\nprint('never')"})
    assert (result.error, result.exited, printed(result)) == (None, True, 'a\n"bye"')


def test_calls_in_loaded_files_count_and_each_file_runs_once():
    files = {"lib": "blob('x')\nx = 1"}
    result = load_text("load('lib', 'x')\ninclude('lib')\nload_dynamic('lib')", files=files)
    assert {name: use.calls for name, use in result.uses.items()} == {
        "blob": 1,
        "include": 1,
        "load_dynamic": 1,
    }


def test_a_deadline_stops_an_endless_loop():
    result = load_text("while True: pass", timeout=0.3)
    assert str(result.error).startswith("the load was stopped after 0.3 s")


@pytest.mark.parametrize(
    "text",
    ["\x00", "\ufeffx = 1", "x = (" * 200, "x = " + "[" * 3000, "def f(): return f()\nf()", "a = []\na.append(a)\nprint(a)",
     "'" + "é" * 100, "x = 1 +" + " 1 +" * 6000 + " 1", "load('Tiltfile', 'x')", "\t\tx", "\r\n\r"],
)  # fmt: skip
def test_no_input_breaks_the_host(text):
    result = load_text(text)
    assert result.error is None or "Traceback (most recent call last):\n  File" not in str(result.error)


def test_public_names_are_all_there():
    for name in tiltfile_ext.__all__:
        assert getattr(tiltfile_ext, name) is not None
    with pytest.raises(AttributeError):
        tiltfile_ext.nonsense  # noqa: B018
