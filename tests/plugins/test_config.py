"""Settings that users give, and what is to run."""

import pytest

from tiltfile_ext.testing import printed

DEFINED = """\
config.define_string("s")
config.define_bool("b")
config.define_object("o")
config.define_string_list("l")
cfg = config.parse()
print([(name, cfg[name]) for name in sorted(cfg)])
"""


def parsed(tiltfile, args=(), config=None):
    files = {} if config is None else {"tilt_config.json": config}
    return tiltfile(DEFINED, args=args, files=files)


@pytest.mark.parametrize(
    ("args", "config", "settings"),
    [
        ([], None, "[]"),
        (["--s", "x", "--b"], None, '[("b", True), ("s", "x")]'),
        ([], '{"s": "x", "l": ["y"], "o": {"n": 1}}', '[("l", ["y"]), ("o", {"n": 1.0}), ("s", "x")]'),
        (["--s", "args", "--l", "a"], '{"s": "file", "l": ["f"]}', '[("l", ["a"]), ("s", "args")]'),
        ([], '{"s": null, "b": null, "l": null}', '[("b", False), ("l", []), ("s", "")]'),
    ],
)
def test_the_command_line_wins_over_the_file(tiltfile, args, config, settings):
    assert printed(parsed(tiltfile, args, config)) == settings


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ('{"x": 1}', "specified unknown setting name 'x'"),
        ('{"s": 1}', "specified invalid value for setting s: expected string, found float64"),
        ('{"b": []}', "specified invalid value for setting b: expected bool, found []interface {}"),
        ('{"l": "x"}', "specified invalid value for setting l: expected array"),
        ('{"l": [null]}', "specified invalid value for setting l: expected string, got <nil>"),
    ],
)
def test_the_file_must_fit_the_settings(tiltfile, tmp_path, config, message):
    assert parsed(tiltfile, config=config).error.message == f"{tmp_path}/tilt_config.json {message}"


def test_a_file_that_cannot_be_read_is_an_error(tiltfile, tmp_path):
    (tmp_path / "tilt_config.json").mkdir()
    assert parsed(tiltfile).error.message == f"error parsing json from {tmp_path}/tilt_config.json: EOF"


def test_the_file_is_watched_even_if_it_is_missing(tiltfile, tmp_path):
    assert f"{tmp_path}/tilt_config.json" in parsed(tiltfile).config_files


def test_a_call_for_help_is_answered_before_the_error(tiltfile):
    result = parsed(tiltfile, ["--help"])
    assert printed(result).startswith("Usage of :\n      --b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("config.define_string('')", "'name' is required"),
        ("config.define_bool('a')\nconfig.define_string('a')", "a defined multiple times"),
        (
            "config.define_bool('a', args=True)\nconfig.define_string('b', True)",
            "both b and a are defined as positional args",
        ),
        (
            "config.parse()\nconfig.define_object('a')",
            "config.define_object cannot be called after config.parse is called",
        ),
        (
            "config.set_enabled_resources(['a', 1])",
            "resources must be a list of string: '1' is a starlark.Int, not a string",
        ),
    ],
)
def test_definitions_that_do_not_fit_are_errors(tiltfile, text, message):
    assert tiltfile(text).error.message == message


def test_settings_are_parsed_in_one_directory_only(tiltfile, tmp_path):
    result = tiltfile("include('sub/lib')\nconfig.parse()", files={"sub/lib": "config.parse()"})
    assert result.error.message == (
        "config.parse can only be called from one Tiltfile working directory per run. "
        f"It was called from {tmp_path}/sub and {tmp_path}"
    )


def test_a_tiltfile_knows_who_loads_it_and_where_it_is(tiltfile, tmp_path):
    text = "print(config.tilt_subcommand, config.main_path, config.main_dir)"
    assert printed(tiltfile(text)) == f"alpha tiltfile-result {tmp_path}/Tiltfile {tmp_path}"


# ---- what is to run

RESOURCES = """\
local_resource("a", "x")
local_resource("b", "x", resource_deps=["a"])
local_resource("c", "x", resource_deps=["b"])
local_resource("d", "x")
"""


@pytest.mark.parametrize(
    ("text", "args", "enabled"),
    [
        ("", [], "abcd"),
        ("", ["c"], "abc"),
        ("config.define_string_list('r', args=True)\nconfig.parse()", ["c"], "abcd"),
        ("config.set_enabled_resources(['b'])", ["d"], "ab"),
        ("config.set_enabled_resources([])", ["d"], "d"),
        ("config.clear_enabled_resources()", ["d"], ""),
        ("config.clear_enabled_resources()\nconfig.set_enabled_resources(('d',))", [], "d"),
        ("config.clear_enabled_resources()\nconfig.set_enabled_resources([])", [], "abcd"),
    ],
)
def test_what_is_chosen_runs_with_all_it_needs(tiltfile, text, args, enabled):
    assert "".join(tiltfile(RESOURCES + text, args=args).enabled) == enabled


def test_an_unknown_choice_is_an_error(tiltfile):
    result = tiltfile(RESOURCES + "config.set_enabled_resources(['x', 'a', 'y'])")
    assert str(result.error) == (
        'You specified some resources that could not be found: "x", "y"\n'
        'Is this a typo? Existing resources in Tiltfile: "b", "c", "d"'
    )
