"""`tiltfile_ext.load_isolated`: a load in a process of its own is like any other, whatever ends the process."""

import os

import pytest

from tiltfile_ext import PluginError, load, load_isolated
from tiltfile_ext.plugins import own
from tiltfile_ext.plugins.analytics import AnalyticsSettings
from tiltfile_ext.result_json import result_json
from tiltfile_ext.starkit import Plugin, StaticError, builtin

ENVIRON = {"PATH": os.defpath}
FINE = """\
analytics_settings(True)
config.define_string("a")
print(config.parse())
local_resource("a", "true", deps=["x"], links=["http://a"])
"""


@pytest.fixture
def tiltfile(tmp_path):
    def write(text):
        (tmp_path / "Tiltfile").write_text(text)
        return tmp_path / "Tiltfile"

    return write


def test_the_result_is_that_of_a_load_in_this_process(tiltfile):
    path, args = tiltfile(FINE), ["--a=1"]
    ours, theirs = (each(path, args, environ=ENVIRON, timeout=60) for each in (load, load_isolated))
    assert theirs.messages == ours.messages == (("info", '{"a": "1"}'),)
    assert (theirs.tags, theirs.hashes, theirs.config_files) == (ours.tags, ours.hashes, ours.config_files)
    assert result_json(theirs) == result_json(ours)
    assert theirs[AnalyticsSettings].enable is True


@pytest.mark.parametrize("text", ["fail('no')", "x = [", "load('./none', 'x')", "x = 1 // 0\n"])
def test_an_error_is_the_same(tiltfile, text):
    path = tiltfile(text)
    ours, theirs = (each(path, environ=ENVIRON, timeout=60).error for each in (load, load_isolated))
    assert (str(theirs), theirs.excerpt, type(theirs)) == (str(ours), ours.excerpt, type(ours))


def test_a_fault_before_anything_ran_has_its_position(tiltfile):
    error = load_isolated(tiltfile("\nx = y\n")).error
    assert isinstance(error, StaticError)
    assert error.position.line == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x = []\nfor i in range(1000000): x = [x]\n", "died (SIG"),
        ("x = 'a'\nwhile True: x = x + x\n", "took more than 300 MiB of memory, and was killed"),
    ],
)
def test_what_ends_the_process_is_an_error(tiltfile, text, why):
    result = load_isolated(tiltfile(text), timeout=60, memory=300)
    assert why in str(result.error)
    assert result[AnalyticsSettings].enable is None


def test_a_state_that_keeps_a_function_is_left_out(tiltfile):
    text = "workload_to_resource_function(lambda id: id.name)\nanalytics_settings(False)\n"
    result = load_isolated(tiltfile(text))
    assert result.error is None
    assert result[AnalyticsSettings].enable is False


def test_plugins_go_along(tiltfile):
    result = load_isolated(tiltfile("print(answer())"), plugins=[*own(), Answer()])
    assert result.messages == (("info", "42"),)


def test_a_plugin_that_fails_is_told_by_its_name(tiltfile):
    with pytest.raises(PluginError, match="a plugin failed with ZeroDivisionError"):
        load_isolated(tiltfile("broken()"), plugins=[*own(), Answer()])


def test_a_plugin_that_cannot_be_sent_is_refused(tiltfile):
    class Here(Plugin):
        pass

    with pytest.raises(TypeError, match="these plugins cannot be sent to another process"):
        load_isolated(tiltfile("print(1)"), plugins=[Here()])


class Answer(Plugin):
    """Two built-ins for the tests."""

    @builtin
    def answer(self) -> int:
        """A number."""
        return 42

    @builtin
    def broken(self) -> None:
        """A bug."""
        1 // 0  # noqa: B018
