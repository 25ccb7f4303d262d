"""What is different in the result of a load."""

import pytest

from tiltfile_ext.watching import Differences, differences


@pytest.fixture
def between(tiltfile):
    """The differences between the loads of two texts."""

    def between(before: str, now: str, **options) -> Differences:
        return differences(tiltfile(before, **options), tiltfile(now, **options))

    return between


def test_the_same_text_makes_no_difference(between):
    text = "local_resource('a', 'x', deps=['.'])\ndocker_prune_settings(max_age_mins=3)"
    assert not between(text, text)


def test_resources_come_go_and_change(between):
    found = between(
        "local_resource('a', 'x')\nlocal_resource('b', 'x')\nlocal_resource('c', 'x')",
        "local_resource('d', 'x')\nlocal_resource('b', 'y', labels=['l'], auto_init=False)\nlocal_resource('c', 'x')",
    )
    assert (found.added, found.removed) == (("d",), ("a",))
    assert found.changed == {"b": ("UpdateCmdSpec", "TriggerMode", "Labels")}


def test_calls_of_built_ins_are_compared(between):
    found = between("os.getcwd()\nos.getcwd()\nlink('a')", "os.getcwd()\nos.getenv('A')\nlink('b')")
    assert found.uses == {"os.getcwd": (2, 1), "os.getenv": (0, 1)}


def test_settings_are_named_as_in_the_json(between):
    found = between("set_team('a')", "set_team('b')\nanalytics_settings(True)")
    assert found.settings == ("TeamID", "AnalyticsOpt")


def test_what_runs_is_told_apart_from_what_there_is(between):
    both = "local_resource('a', 'x')\nlocal_resource('b', 'x')\nconfig.set_enabled_resources(['{}'])"
    found = between(both.format("a"), both.format("b"))
    assert (found.enabled, found.disabled, found.added) == (("b",), ("a",), ())
