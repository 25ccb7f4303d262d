"""The command line of config.parse(), and its usage text."""

from __future__ import annotations

import pytest

from tiltfile_ext.values.config.flags import ArgsError, parse_args, usage_text, wrapped
from tiltfile_ext.values.config.settings import (
    BoolSetting,
    ConfigSettings,
    Definition,
    ObjectSetting,
    StringListSetting,
    StringSetting,
)


@pytest.fixture
def config() -> ConfigSettings:
    made = ConfigSettings()
    made.definitions = {
        "s": Definition(StringSetting, "a `word` of help"),
        "b": Definition(BoolSetting),
        "o": Definition(ObjectSetting),
        "l": Definition(StringListSetting),
        "words": Definition(StringListSetting, "never shown"),
    }
    made.positional = "words"
    return made


def given(config: ConfigSettings, *args: str) -> dict[str, object]:
    return {name: setting.value for name, setting in parse_args(config, args).items() if setting.given}


@pytest.mark.parametrize(
    ("args", "settings"),
    [
        ([], {}),
        (["--s", "x"], {"s": "x"}),
        (["--s="], {"s": ""}),
        (["--s=a=b"], {"s": "a=b"}),
        (["--s", "--b"], {"s": "--b"}),
        (["--b"], {"b": True}),
        (["--b=F"], {"b": False}),
        (["--b", "false"], {"b": True, "words": ["false"]}),
        (["--l", "a", "--l=b,c"], {"l": ["a", "b,c"]}),
        (["--o", '{"a": [1]}'], {"o": {"a": [1.0]}}),
        (["--o", "null"], {"o": None}),
        (["a", "--s", "x", "-", "b"], {"words": ["a", "-", "b"], "s": "x"}),
        (["a", "--", "--s", "x"], {"words": ["a", "--s", "x"]}),
        (["-test.v", "a"], {"words": ["a"]}),
    ],
)
def test_flags_and_words_become_settings(config, args, settings):
    assert given(config, *args) == settings


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--s"], "flag needs an argument: --s"),
        (["--nope=1"], "unknown flag: --nope"),
        (["--words", "a"], "unknown flag: --words"),
        (["---s"], "bad flag syntax: ---s"),
        (["--=x"], "bad flag syntax: --=x"),
        (["-s", "x"], "unknown shorthand flag: 's' in -s"),
        (["-é"], "unknown shorthand flag: 'Ã' in -é"),
        (["-'"], r"unknown shorthand flag: '\'' in -'"),
        (['-"'], "unknown shorthand flag: '\"' in -\""),
        (
            ["--b=yes"],
            'invalid argument "yes" for "--b" flag: strconv.ParseBool: parsing "yes": invalid syntax',
        ),
        (
            ["--s=1", "--s=2"],
            'invalid argument "2" for "--s" flag: string settings can only be specified once. '
            "multiple values found (last value: 2)",
        ),
        (
            ["--o", '"x"', "--o", "2"],
            'invalid argument "2" for "--o" flag: object settings can only be specified once. '
            'multiple values found (last value: "x")',
        ),
        (
            ["--o", "[1,"],
            'invalid argument "[1," for "--o" flag: decoding JSON, got "[1,": unexpected end of JSON input',
        ),
    ],
)
def test_what_does_not_fit_is_said_with_the_usage(config, args, message):
    with pytest.raises(ArgsError) as caught:
        given(config, *args)
    assert str(caught.value) == f"invalid Tiltfile config args: {message}\nUsage:\n{usage_text(config, 80)}"


@pytest.mark.parametrize("word", ["--help", "-h", "-hx"])
def test_a_call_for_help_shows_the_usage_and_is_an_error(config, word):
    with pytest.raises(ArgsError, match="pflag: help requested") as caught:
        given(config, word)
    assert caught.value.output == f"Usage of :\n{usage_text(config)}"


def test_a_setting_named_help_is_a_setting(config):
    config.definitions["help"] = Definition(BoolSetting)
    assert given(config, "--help") == {"help": True}


def test_words_need_a_setting_that_takes_them(config):
    config.positional = ""
    with pytest.raises(
        ArgsError, match=r'positional CLI args \("a b"\) were specified, but none were expected'
    ):
        given(config, "a", "b")


def test_a_word_that_the_setting_cannot_take_is_said(config):
    config.definitions["words"] = Definition(BoolSetting)
    with pytest.raises(ArgsError, match=r'invalid positional args \(words\): strconv.ParseBool: parsing "x"'):
        given(config, "x")


def test_the_usage_lists_flags_by_name_with_their_types(config):
    assert usage_text(config) == (
        "      --b                \n"
        "      --l list[string]   \n"
        "      --o object          (default None)\n"
        "      --s word           a word of help\n"
    )


@pytest.mark.parametrize(
    ("text", "indent", "width", "lines"),
    [
        ("a b", 4, 0, "a b"),
        ("a\nb", 4, 0, "a\n    b"),
        ("one two three four five six seven", 50, 80, "one two three four five\n" + " " * 50 + "six seven"),
        ("one two", 70, 80, "\n" + " " * 16 + "one two"),
        ("x" * 60, 50, 80, "x" * 60),
    ],
)
def test_long_descriptions_are_wrapped(text, indent, width, lines):
    assert wrapped(text, indent, width) == lines
