"""The last checks of a load, and what an error in the dependencies takes along."""

import pytest

from tiltfile_ext.plugins.analytics import AnalyticsSettings
from tiltfile_ext.result import Hashes

CYCLE = "local_resource('a', 'x', resource_deps=['b'])\nlocal_resource('b', 'x', resource_deps=['a'])\n"
TO_ITSELF = "local_resource('a', 'x', resource_deps=['a'])\n"


@pytest.mark.parametrize("text", [CYCLE, TO_ITSELF])
def test_an_error_in_the_dependencies_loses_hashes_and_tags_but_no_counts(tiltfile, text):
    result = tiltfile("experimental_analytics_report({'a': 'b'})\n" + text)
    assert (result.hashes, result[AnalyticsSettings].custom_tags) == (Hashes(), {})
    assert result.tags["tiltfile.invoked.experimental_analytics_report"] == "1"


@pytest.mark.parametrize(("word", "enable"), [("True", None), ("False", False)])
def test_a_no_to_analytics_outlives_an_error_in_the_dependencies(tiltfile, word, enable):
    assert tiltfile(f"analytics_settings({word})\n{CYCLE}")[AnalyticsSettings].enable is enable


def test_other_errors_of_the_assembly_keep_what_was_decided(tiltfile):
    result = tiltfile("experimental_analytics_report({'a': 'b'})\nconfig.set_enabled_resources(['x'])")
    assert (result.hashes != Hashes(), result[AnalyticsSettings].custom_tags) == (True, {"a": "b"})


def test_a_resource_needs_a_name(tiltfile):
    assert str(tiltfile("local_resource('', serve_cmd=['a', 'b c'], labels='l')").error) == (
        "[validate] manifest missing name: {Name: ImageTargets:[] DeployTarget:{UpdateCmdSpec:<nil> Name: "
        'ServeCmd:a "b c" Links:[] Deps:[] FileWatchIgnores:[] AllowParallel:true ReadinessProbe:<nil> '
        "ServeCmdDisableSource:<nil>} TriggerMode:0 ResourceDependencies:[] SourceTiltfile: Labels:map[l:l]}"
    )


# ---- built-ins called by a function that names resources, after all files have run

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x}]}"


def named_by(tiltfile, body):
    text = f"def name(w):\n    {body}\n    return w.name\nworkload_to_resource_function(name)\nk8s_yaml('pod.yaml')"
    return tiltfile(text, files={"pod.yaml": POD})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("warn('x')", "Internal error Starlark not initialized correctly: starkit.Ctx not found"),
        ("exit()", "Internal error Starlark not initialized correctly: starkit.Ctx not found"),
        ("local('x')", "Internal error Starlark not initialized correctly: start tiltfile not found"),
        (
            "analytics_settings(True)",
            "Internal error: Starlark not initialized correctly: starkit.Model not found",
        ),
    ],
)
def test_what_needs_a_running_load_fails_after_it(tiltfile, body, message):
    assert str(named_by(tiltfile, body).error).endswith(message)


@pytest.mark.parametrize(
    ("body", "tag", "count"),
    [
        ("shlex.quote('x')", "tiltfile.invoked.shlex.quote.arg.name", None),
        ("enable_feature('snapshots')", "tiltfile.invoked.enable_feature.arg.msg", "1"),
    ],
)
def test_only_core_built_ins_count_arguments_after_the_load(tiltfile, body, tag, count):
    assert named_by(tiltfile, body).tags.get(tag) == count
