"""Completion as the shells themselves do it, made from the parsers that read the command lines."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

from tiltfile_ext.cli import VERBS, main
from tiltfile_ext.cli._shells import SCRIPTS, read_commands

SHELLS = [
    pytest.param(shell, marks=pytest.mark.skipif(not shutil.which(shell), reason=f"no {shell}"))
    for shell in SCRIPTS
]
COMMANDS = list(read_commands().walk())


def script(shell: str) -> str:
    return SCRIPTS[shell](read_commands())


@pytest.fixture
def place(tmp_path):
    """A directory with files whose names are hard."""
    for name in ("Tiltfile", "a b.tilt", "$x*.tilt", "services/Tiltfile"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def bash(line: str, place) -> list[str]:
    """What bash offers for the last word; it takes "=" for a word of its own."""
    words = [word for word in re.split(r"( |=)", line) if word not in ("", " ")] + [""] * line.endswith(" ")
    program = f'{script("bash")}\nCOMP_WORDS=("$@") COMP_CWORD=$(($# - 1))\n_tiltfile\nprintf \'%s\\n\' "${{COMPREPLY[@]}}"\n'
    done = subprocess.run(
        ["bash", "--norc", "-c", program, "bash", *words],
        cwd=place,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return sorted(filter(None, done.stdout.splitlines()))


def fish(line: str, place) -> list[str]:
    program = f'{script("fish")}\ncomplete -C "$argv"'
    done = subprocess.run(
        ["fish", "--no-config", "-c", program, line], cwd=place, capture_output=True, text=True, check=True,
        env={**os.environ, "HOME": str(place)},
    )  # fmt: skip
    assert done.stderr == ""
    return sorted(row.split("\t")[0] for row in done.stdout.splitlines())


def zsh(line: str, place) -> list[str]:
    """What zsh shows below a line when Tab is pressed twice, in a terminal."""
    (place / "script.zsh").write_text(script("zsh"))
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(place)
        os.execvpe(
            "zsh", ["zsh", "-f", "-i"], {**os.environ, "TERM": "dumb", "PS1": "READY ", "HOME": str(place)}
        )
    try:
        _say(
            terminal,
            "autoload -U compinit && compinit -u -D; zstyle ':completion:*' list-separator ''\n",
            "READY ",
        )
        _say(
            terminal,
            "LISTMAX=999; setopt nobeep noautomenu autolist; stty rows 100 cols 200; source ./script.zsh; PS1='DO''NE '\n",
            "DONE ",
        )
        _say(terminal, "zstyle ':completion:*' verbose no; bindkey '^I' list-choices\n", "DONE ")
        shown = _say(terminal, f"{line}\t", None)
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    below = shown.replace("\r", "\n").partition("\n")[2]
    below = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", below).partition("DONE ")[0]
    return sorted(re.split(r"\s{2,}|\n", below.strip()))


def _say(terminal, text, until):
    """Type *text*; what is shown until *until* appears, or for a while."""
    time.sleep(0.2)
    os.write(terminal, text.encode())
    shown, end = "", time.monotonic() + (20 if until else 2)
    while time.monotonic() < end and not (until and until in shown):
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 65536).decode(errors="replace")
    assert until is None or until in shown, shown
    return shown


OFFER = {"bash": bash, "zsh": zsh, "fish": fish}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_valid(shell, tmp_path):
    (tmp_path / "script").write_text(script(shell))
    done = subprocess.run(
        [shell, "-n", str(tmp_path / "script")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_verbs_are_offered(shell, place):
    assert OFFER[shell]("tiltfile ", place) == sorted([verb[0] for verb in VERBS] + ["help"])


@pytest.mark.parametrize("shell", SHELLS)
def test_verbs_of_a_verb_are_offered(shell, place):
    assert {"opt", "log", "reset-id"} <= set(OFFER[shell]("tiltfile analytics ", place))


@pytest.mark.parametrize("shell", SHELLS)
def test_options_are_offered(shell, place):
    assert {"--json", "--verify", "--follow", "--help"} <= set(
        OFFER[shell]("tiltfile analytics log --", place)
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_values_of_an_argument_are_offered(shell, place):
    assert OFFER[shell]("tiltfile analytics opt ", place) == ["default", "in", "out"]


@pytest.mark.parametrize("shell", SHELLS)
def test_files_are_offered_where_a_file_is_meant(shell, place):
    found = " ".join(OFFER[shell]("tiltfile load ", place))
    assert "Tiltfile" in found
    assert "services" in found


@pytest.mark.parametrize(
    "line",
    ["tiltfile load -f T", "tiltfile load --file=T", "tiltfile stubs --output T", "tiltfile load -- T"],
)
def test_files_are_offered_for_options_and_for_the_words_of_a_tiltfile(line, place):
    assert bash(line, place) == ["Tiltfile"]


def test_a_name_with_spaces_or_signs_is_one_name(place):
    assert bash("tiltfile load ", place) == sorted(["Tiltfile", "a b.tilt", "$x*.tilt", "services"])


def test_a_file_below_the_home_directory_is_found(place, monkeypatch):
    monkeypatch.setenv("HOME", str(place))
    assert bash("tiltfile load ~/Til", place) == [f"{place}/Tiltfile"]


def test_nothing_is_offered_for_a_number(place):
    assert bash("tiltfile load --timeout ", place) == []


def test_a_verb_in_the_place_of_a_value_is_no_verb(place):
    assert "--json" in bash("tiltfile load stubs --", place)


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.path], ids=lambda each: " ".join(each.path)
)
def test_every_command_and_option_of_the_parsers_is_offered(command, place):
    offered = bash(f"tiltfile {' '.join(command.path)} -", place)
    assert offered == sorted(flag for option in command.options for flag in option.flags)


def test_an_unknown_shell_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["completion", "tcsh"])
    assert stop.value.code == 2
    assert "invalid choice: 'tcsh'" in capsys.readouterr().err


def test_the_command_prints_the_script(capsys):
    assert main(["completion", "bash"]) == 0
    assert capsys.readouterr().out == script("bash")
