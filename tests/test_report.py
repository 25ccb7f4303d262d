"""Which events a load makes."""

import pytest

from analytics import MemoryAnalytics, Opt
from tiltfile_ext import Reporter, load
from tiltfile_ext.testing import load_text


@pytest.fixture
def memory():
    return MemoryAnalytics()


def test_a_load_is_counted_and_timed(memory):
    result = load_text("local_resource('a', cmd='x')")
    Reporter(memory).report(result)
    assert memory.named("tiltfile.loaded") == [
        {"env": "", "tiltfile.changed": "false", "allfiles.changed": "false", **result.tags}
    ]
    assert [tags["duration"] for tags in memory.named("tiltfile.load")] == [result.duration_ns]


def test_a_failing_load_is_reported_too(memory):
    Reporter(memory).report(load_text("blob('x')\nfail('no')"))
    assert memory.named("tiltfile.loaded")[0]["tiltfile.invoked.blob"] == "1"


def test_a_load_that_never_began_is_not_reported(memory, tmp_path):
    import tiltfile_ext

    Reporter(memory).report(tiltfile_ext.load(tmp_path / "nowhere"))
    assert memory.events == []


def test_custom_tags_travel_alone(memory):
    Reporter(memory).report(load_text("experimental_analytics_report({'team': 'web'})"))
    assert memory.named("tiltfile.custom.report") == [{"team": "web"}]


@pytest.mark.parametrize(
    ("text", "opt"),
    [("analytics_settings(True)", Opt.IN), ("analytics_settings(False)", Opt.OUT), ("", Opt.DEFAULT)],
)
def test_the_tiltfiles_word_decides_for_its_own_load(text, opt):
    memory = MemoryAnalytics(user=Opt.DEFAULT)
    assert Reporter(memory).report(load_text(text)).opt is opt


@pytest.mark.parametrize("between", ["local_resource('a', 'x', resource_deps=['a'])", None])
def test_a_load_without_hashes_is_nothing_to_differ_from(memory, tmp_path, between):
    reporter = Reporter(memory)
    reporter.report(load_text("x = 1"))
    reporter.report(load(tmp_path / "Tiltfile") if between is None else load_text(between))
    reporter.report(load_text("x = 2"))
    assert memory.named("tiltfile.loaded")[-1]["tiltfile.changed"] == "false"


def test_a_change_since_the_last_load_is_told(memory):
    reporter = Reporter(memory)
    for text, lib in [
        ("include('lib')", "x = 1"),
        ("include('lib')", "x = 2"),
        ("include('lib') # ", "x = 2"),
    ]:
        reporter.report(load_text(text, files={"lib": lib}))
    changes = [
        (tags["tiltfile.changed"], tags["allfiles.changed"]) for tags in memory.named("tiltfile.loaded")
    ]
    assert changes == [("false", "false"), ("false", "true"), ("true", "true")]
