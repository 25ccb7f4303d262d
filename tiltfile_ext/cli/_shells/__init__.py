"""Completion for shells: scripts made from the parsers that read the command lines."""

from tiltfile_ext.cli._shells._bash import bash
from tiltfile_ext.cli._shells._commands import read_commands
from tiltfile_ext.cli._shells._fish import fish
from tiltfile_ext.cli._shells._zsh import zsh

__all__ = ["SCRIPTS", "read_commands"]

#: shell -> what makes its script of the commands
SCRIPTS = {"bash": bash, "zsh": zsh, "fish": fish}
