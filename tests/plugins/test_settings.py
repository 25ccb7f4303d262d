"""Settings of a load, feature flags, the team, the default trigger mode."""

import pytest

from tiltfile_ext.result_json import result_fields
from tiltfile_ext.values.features import Features
from tiltfile_ext.values.ignores import Ignores
from tiltfile_ext.values.settings import (
    HOUR,
    MINUTE,
    SECOND,
    CISettings,
    DockerPruneSettings,
    Team,
    TelemetrySettings,
    UpdateSettings,
    VersionSettings,
    WatchSettings,
)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("update_settings()", UpdateSettings()),
        ("update_settings(None, None)", UpdateSettings()),
        ("update_settings(5)\nupdate_settings(k8s_upsert_timeout_secs=9)", UpdateSettings(5, 9)),
        ("update_settings(k8s_server_side_apply='true')", UpdateSettings(server_side_apply="true")),
        (
            "[update_settings(suppress_unused_image_warnings=x) for x in ('a', ['b', 'c'])]",
            UpdateSettings(suppressed_images=("a", "b", "c")),
        ),
        ("ci_settings('1s', '2m', '3h')", CISettings(SECOND, 2 * MINUTE, 3 * HOUR)),
        ("ci_settings(timeout='-1ns')", CISettings()),
        ("docker_prune_settings(True)\ndocker_prune_settings(max_age_mins=7)", DockerPruneSettings(max_age=7 * MINUTE)),
        ("docker_prune_settings(num_builds=3, keep_recent=0)", DockerPruneSettings(num_builds=3, keep_recent=0)),
        ("version_settings(False)\nversion_settings(constraint='>=0.30.0')", VersionSettings(check_updates=False)),
        ("set_team('us')", Team("us")),
    ],
)  # fmt: skip
def test_settings_change_what_is_given_and_keep_the_rest(tiltfile, text, settings):
    assert tiltfile(text)[type(settings)] == settings


def test_ignored_files_are_relative_to_the_file_that_names_them(tiltfile, tmp_path):
    result = tiltfile(
        "watch_settings(ignore='a')\ninclude('sub/lib')", files={"sub/lib": "watch_settings(['b'])"}
    )
    assert result[WatchSettings].ignores == (
        Ignores(str(tmp_path), "watch_settings()", ("a",)),
        Ignores(f"{tmp_path}/sub", "watch_settings()", ("b",)),
    )


def test_traces_go_to_a_program(tiltfile, tmp_path):
    settings = tiltfile("experimental_telemetry_cmd('trace', period='5s', dir='bin')")[TelemetrySettings]
    assert (str(settings.cmd), settings.cmd.dir, settings.directory, settings.period) == (
        "trace",
        f"{tmp_path}/bin",
        str(tmp_path),
        5 * SECOND,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("update_settings(0)", "max number of parallel updates must be >= 1(got: 0)"),
        ("update_settings('1')", 'update_settings: for parameter "max_parallel_updates": got starlark.String, want int'),
        ("update_settings(2147483648)", 'update_settings: for parameter "max_parallel_updates": 2147483648 out of range'),
        ("update_settings(k8s_upsert_timeout_secs=0)", "minimum k8s upsert timeout is 1s; got 0s"),
        (
            "update_settings(k8s_server_side_apply='True')",
            'update_settings: k8s_server_side_apply must be "true", "false", or "auto"; got "True"',
        ),
        ("ci_settings(timeout=5)", 'ci_settings: for parameter "timeout": Expected string. Got: int'),
        ("ci_settings('5')", 'ci_settings: for parameter k8s_grace_period: time: missing unit in duration "5"'),
        ("docker_prune_settings(keep_recent=None)", "got NoneType, want int"),
        ("docker_prune_settings(keep_recent=2147483648)", "2147483648 out of range"),
        (
            "docker_prune_settings(num_builds=1, interval_hrs=1)",
            "can't specify both 'prune every X builds' and 'prune every Y hours'; "
            "please pass only one of `num_builds` and `interval_hrs`",
        ),
        (
            "version_settings(constraint='>1.0.0')",
            "you are running Tilt version 0.37.6, which doesn't match the version constraint specified in your "
            "Tiltfile: '>1.0.0'",
        ),
        (
            "version_settings(constraint='latest')",
            'error parsing version constraint: Could not get version from string: "latest"',
        ),
        ("set_team('')", "team_id cannot be empty"),
        ("set_team('a')\nset_team('b')", "team_id set multiple times (to 'a' and 'b')"),
        ("enable_feature('nope')", "Unknown feature flag: nope"),
        ("experimental_telemetry_cmd('')", "cmd cannot be empty"),
        (
            "experimental_telemetry_cmd('a')\nexperimental_telemetry_cmd('b')",
            "experimental_telemetry_cmd called multiple times; already set to a",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_an_error(tiltfile, text, message):
    assert tiltfile(text).error.message == message


def test_two_default_trigger_modes_are_an_error_that_names_the_first(tiltfile, tmp_path):
    error = tiltfile("trigger_mode(TRIGGER_MODE_AUTO)\ntrigger_mode(TRIGGER_MODE_MANUAL)").error
    assert error.message == (
        f"trigger_mode can only be called once. It was already called at {tmp_path}/Tiltfile:1:13"
    )


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("", 0),
        ("trigger_mode(TRIGGER_MODE_MANUAL)", 1),
        ("trigger_mode(trigger_mode=TRIGGER_MODE_AUTO)", 0),
    ],
)
def test_the_default_trigger_mode_holds_for_resources_made_before(tiltfile, text, mode):
    (manifest,) = tiltfile(f"local_resource('a', 'x')\n{text}").manifests
    assert manifest.trigger_mode == mode


def test_old_metrics_settings_only_warn(tiltfile):
    result = tiltfile("experimental_metrics_settings(1, address='x')")
    assert result.messages == (("warning", "experimental_metrics_settings() is deprecated"),)


@pytest.mark.parametrize(
    ("text", "snapshots"),
    [
        ("", True),
        ("disable_snapshots()", False),
        ("disable_feature('snapshots')\nenable_feature('snapshots')", True),
    ],
)
def test_active_features_are_turned_on_and_off(tiltfile, text, snapshots):
    assert tiltfile(text)[Features].enabled["snapshots"] is snapshots


def test_obsolete_features_stay_as_they_are(tiltfile):
    result = tiltfile("disable_feature('events')")
    assert (result[Features].enabled["events"], result.messages) == (
        True,
        (("warning", "Obsolete feature flag: events"),),
    )


def test_the_result_tells_all_settings(tiltfile, tmp_path):
    fields = result_fields(
        tiltfile(
            "set_team('us')\nci_settings(k8s_grace_period='5s')\nwatch_settings('a')\nversion_settings(False)",
            files={".tiltignore": "x\n!y"},
        )
    )
    assert {name: fields[name] for name in ("TeamID", "CISettings", "WatchSettings", "VersionSettings", "Tiltignore")} == {
        "TeamID": "us",
        "CISettings": {"k8sGracePeriod": "5s", "timeout": "30m0s", "readinessTimeout": "5m0s"},
        "WatchSettings": {
            "Ignores": [{"LocalPath": str(tmp_path), "Source": "watch_settings()", "Patterns": ["a"]}]
        },
        "VersionSettings": {"CheckUpdates": False},
        "Tiltignore": {"LocalPath": str(tmp_path), "Source": f"{tmp_path}/.tiltignore", "Patterns": ["x", "!y"]},
    }  # fmt: skip
