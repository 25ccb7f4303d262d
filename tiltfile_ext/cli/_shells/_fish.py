"""Completion for fish."""

from __future__ import annotations

from collections.abc import Iterator

from tiltfile_ext.cli._shells._commands import Command, Option, Value

_HEAD = """\
# Written by `tiltfile completion fish`. Put it into ~/.config/fish/completions/tiltfile.fish
function __tiltfile_verbs --description 'The words of the command line that are no options'
    set -l words (commandline -opc)
    string match --invert -- '-*' $words[2..-1]
end
function __tiltfile_in --description 'Whether the verb, or the verb of a verb, is this one'
    set -l typed (__tiltfile_verbs)
    contains -- -- (commandline -opc); and return 1
    set -l number (count $argv)
    test (count $typed) -ge $number; and test "$typed[1..$number]" = "$argv"
end
function __tiltfile_at --description 'Whether the next word is to be a verb of this one'
    test "$(__tiltfile_verbs)" = "$argv"
end
complete -c tiltfile -f
complete -c tiltfile -n 'contains -- -- (commandline -opc)' -F
"""


def fish(root: Command) -> str:
    """The script."""
    return _HEAD + "".join(f"{line}\n" for each in root.walk() for line in _lines(each))


def _lines(command: Command) -> Iterator[str]:
    words = " ".join(command.path)
    inside = f"complete -c tiltfile -n '__tiltfile_in {words}'" if words else ""
    at = f"complete -c tiltfile -n '__tiltfile_at {words}'"
    for each in command.commands:
        yield f"{at} -a {each.path[-1]} -d {_quoted(each.purpose)}"
    for option in command.options:
        yield f"{inside or at} {_option(option)}"
    if command.value is not None and (command.value.words or command.value.is_file):
        yield f"{inside} {_value(command.value)}"


def _option(option: Option) -> str:
    spelled = [f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags]
    value = "" if option.value is None else f" -r {_value(option.value)}"
    return f"{' '.join(spelled)}{value} -d {_quoted(option.purpose)}"


def _value(value: Value) -> str:
    if value.words:
        return f"-a {_quoted(' '.join(value.words))}"
    return "-F" if value.is_file else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
