"""``tiltfile completion``: a script that completes the command line in a shell."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tiltfile_ext.cli import DONE, WRONG_USAGE

if TYPE_CHECKING:
    from analytics._help import HelpParser

_SHELLS = ("bash", "zsh", "fish")
_DESCRIPTION = """
Write a script that completes verbs, options, their values and names of files in a shell.

The script is made from the parsers that read the command lines, so it knows what this version knows; write it
again after an update, or have the shell do so each time it starts.
"""


def parser() -> HelpParser:
    """The command line of ``tiltfile completion``."""
    from tiltfile_ext.cli._help import verb_parser

    made = verb_parser(
        "completion",
        usage=["bash|zsh|fish"],
        description=_DESCRIPTION,
        examples={
            "bash >> ~/.bash_completion": "for bash, if bash-completion is installed",
            "bash > ~/.tiltfile.bash": "for any bash: `source ~/.tiltfile.bash` in ~/.bashrc",
            "zsh > ~/.zfunc/_tiltfile": "for zsh: any directory of $fpath, before compinit runs",
            "fish > ~/.config/fish/completions/tiltfile.fish": "for fish",
        },
        files={
            "~/.bashrc, ~/.zshrc": "where bash and zsh are told",
            "~/.config/fish/completions/tiltfile.fish": "where fish looks by itself",
        },
        environment={"SHELL": "not looked at: name the shell"},
        exit_codes={DONE: "", WRONG_USAGE: ""},
    )
    made.add_argument("shell", choices=_SHELLS, metavar="bash|zsh|fish", help="the shell")
    return made


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile completion`` with *argv*; returns the exit code."""
    shell = parser().parse_args(argv).shell
    from tiltfile_ext.cli._shells import SCRIPTS, read_commands

    sys.stdout.write(SCRIPTS[shell](read_commands()))
    return DONE
