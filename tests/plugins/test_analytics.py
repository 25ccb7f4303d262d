"""What a Tiltfile may say about analytics."""

import pytest

from tiltfile_ext.plugins.analytics import AnalyticsSettings


@pytest.mark.parametrize(
    ("text", "enable"),
    [
        ("", None),
        ("analytics_settings(True)", True),
        ("analytics_settings(enable=False)", False),
        ("analytics_settings(True)\nanalytics_settings(False)", False),
        ("analytics_settings(True)\nfail('later')", True),
    ],
)
def test_the_last_word_counts(tiltfile, text, enable):
    assert tiltfile(text)[AnalyticsSettings].enable is enable


def test_the_place_of_the_word_is_known(tiltfile, tmp_path):
    result = tiltfile("x = 1\nanalytics_settings(enable=True)")
    assert str(result[AnalyticsSettings].where) == f"{tmp_path}/Tiltfile:2:19"


def test_the_place_is_known_in_a_function_of_a_loaded_file(tiltfile, tmp_path):
    lib = "def opt_in():\n    analytics_settings(enable=True)\n"
    result = tiltfile("load('lib.Tiltfile', 'opt_in')\nopt_in()", files={"lib.Tiltfile": lib})
    assert str(result[AnalyticsSettings].where) == f"{tmp_path}/lib.Tiltfile:2:23"


def test_only_a_bool_is_a_word(tiltfile):
    error = tiltfile("analytics_settings(enable='yes')").error
    assert str(error).endswith(
        'Error in analytics_settings: analytics_settings: for parameter "enable": got string, want bool'
    )


def test_tags_of_several_reports_are_merged(tiltfile):
    text = (
        "experimental_analytics_report({'a': '1', 'b': '1'})\nexperimental_analytics_report({'b': blob('2')})"
    )
    assert tiltfile(text)[AnalyticsSettings].custom_tags == {"a": "1", "b": "2"}


def test_tags_must_be_strings(tiltfile):
    assert str(tiltfile("experimental_analytics_report({'a': 1})").error).endswith(
        "experimental_analytics_report: for parameter tags: value is not a string: starlark.Int (1)"
    )
