"""Every verb has a help text with all parts of a manual page, and what it says is so."""

import argparse
import os
import re
import shlex
import subprocess
import sys
from importlib import import_module

import pytest

from analytics import App
from analytics._app import locate
from analytics.cli import _VERBS as ANALYTICS_VERBS
from analytics.cli import make_parser as analytics_parser
from analytics.collector.cli import _VERBS as COLLECT_VERBS
from tiltfile_ext.cli import VERBS, main

NAMES = [verb[0] for verb in VERBS]
#: the command lines that lead to a help text
PAGES = [
    *([name] for name in NAMES),
    *(["analytics", name] for name in ANALYTICS_VERBS),
    *(["collect", name] for name in COLLECT_VERBS),
]
PARTS = ("options", "examples", "files", "environment", "exit codes")


def parser_of(verb: str):
    return import_module(f"tiltfile_ext.cli.{verb}").parser()


def helped(argv, capsys) -> str:
    with pytest.raises(SystemExit) as stop:
        sys.exit(main(argv))
    assert not stop.value.code
    return capsys.readouterr().out


@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_a_help_text_has_every_part(words, capsys):
    text = helped([*words, "--help"], capsys)
    usage, description = text.split("\n\n")[:2]
    assert usage.startswith(f"usage: tiltfile {' '.join(words)}")
    assert re.match(r"[A-Z].*[.:]\Z", description.replace("\n", " "))
    at = [text.index(f"\n{part}:\n") for part in PARTS]
    assert at == sorted(at)


@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_help_verb_is_the_same(words, capsys):
    assert helped(["help", *words], capsys) == helped([*words, "--help"], capsys)


@pytest.mark.parametrize("columns", ["60", "100", "300"])
@pytest.mark.parametrize("words", [[], *PAGES], ids=" ".join)
def test_no_line_is_wider_than_the_page(words, columns, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("HOME", "/home/ada")
    for line in helped([*words, "--help"], capsys).splitlines():
        assert len(line) <= 100, line


def examples(text: str) -> list[str]:
    section = text.partition("\nexamples:\n")[2].partition("\n\n")[0]
    return [
        re.split(r"  +", line.strip())[0] for line in section.splitlines() if line.startswith("  tiltfile")
    ]


@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_the_examples_are_command_lines_that_are_understood(words, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    found = examples(helped([*words, "--help"], capsys))
    assert found
    for example in found:
        command = re.split(r" (?:\||>>?) ", example)[0]
        argv = shlex.split(command)[2:]
        own = argv[: argv.index("--")] if "--" in argv else argv
        parser_of(words[0]).parse_args(own)


def test_every_exit_code_of_a_verb_is_one_of_the_program(capsys):
    for verb in NAMES:
        section = helped([verb, "--help"], capsys).partition("\nexit codes:\n")[2]
        codes = {int(line.split()[0]) for line in section.splitlines() if line[2:3].isdigit()}
        assert {0, 2} <= codes <= {0, 1, 2, 3, 5, 130}, verb


def test_every_option_is_explained():
    def actions(parser):
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for inner in action.choices.values():
                    yield from actions(inner)
            else:
                yield action

    for verb in NAMES:
        for action in actions(parser_of(verb)):
            assert action.help, f"{verb} {action.option_strings or action.dest}"


def test_a_wrong_option_says_where_to_read_more(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["stubs", "--outptu", "x"])
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("tiltfile stubs: ")
    assert "`tiltfile stubs --help`" in error


def test_help_of_no_verb_names_the_verbs(capsys):
    assert main(["help", "lode"]) == 2
    assert "there is no verb 'lode'" in capsys.readouterr().err


def test_the_overview_names_every_verb(capsys):
    text = helped(["help"], capsys)
    for name, _, purpose, example in VERBS:
        assert re.search(rf"^  {name}\b.* {re.escape(purpose)}$", text, re.MULTILINE)
        assert f"\n  tiltfile {example}\n" in text


def test_the_help_of_another_program_names_its_own_variables():
    app = App("acme", url="https://acme.example/events")
    text = analytics_parser("acme analytics", app, locate({"HOME": "/home/ada"}, app)).format_help()
    assert "ACME_DISABLE_ANALYTICS" in text
    assert "/home/ada/.local/state/acme/analytics/user/choice.txt" in text
    assert "TILT" not in text


def test_help_is_read_by_a_pager_that_goes_away():
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m tiltfile_ext help load | head -n 1"],
        env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout.split()[:3], done.stderr) == (["usage:", "tiltfile", "load"], "")
