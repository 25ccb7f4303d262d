"""Completion for bash, 3.2 and later; needs no other package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tiltfile_ext.cli._shells._commands import Command, Value

_SCRIPT = """\
# Written by `tiltfile completion bash`. Load it with: source <(tiltfile completion bash)
_tiltfile() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}
    local path="" options="" words="" files="" line i
    COMPREPLY=()
    # bash takes --option=value for three words
    if [[ $cur == = ]]; then cur=""; elif [[ $prev == = ]]; then prev=${{COMP_WORDS[COMP_CWORD-2]}}; fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        # what follows is the Tiltfile's own
        if [[ ${{COMP_WORDS[i]}} == -- ]]; then path=" --" prev=""; break; fi
        case "$path ${{COMP_WORDS[i]}}" in
            {paths}) path="$path ${{COMP_WORDS[i]}}" ;;
        esac
    done
    case "$path" in
{commands}
        " --") files=1 ;;
    esac
    case "$path $prev" in
{values}
        *) if [[ $cur == -* ]]; then words=$options files=""; fi ;;
    esac
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -W "$words" -- "$cur")
    if [[ $files ]]; then
        compopt -o filenames 2>/dev/null
        if [[ $cur == "~/"* ]]; then cur=$HOME/${{cur:2}}; fi
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$cur")
    fi
}}
complete -F _tiltfile tiltfile
"""


def bash(root: Command) -> str:
    """The script."""
    commands = list(root.walk())
    return _SCRIPT.format(
        paths="|".join(_quoted(each) for each in commands if each.path),
        commands="\n".join(map(_case, commands)),
        values="\n".join(line for each in commands for line in _option_values(each)),
    )


def _quoted(command: Command) -> str:
    return f'"{"".join(f" {word}" for word in command.path)}"'


def _case(command: Command) -> str:
    options = " ".join(flag for option in command.options for flag in option.flags)
    offered = _offered(command.value, [each.path[-1] for each in command.commands])
    return f'        {_quoted(command)}) options="{options}" {offered} ;;'


def _offered(value: Value | None, commands: Iterable[str] = ()) -> str:
    """What may stand here: nothing where it cannot be guessed."""
    words = (*commands, *(value.words if value else ()))
    return f'words="{" ".join(words)}" files={1 if value and value.is_file else ""}'


def _option_values(command: Command) -> Iterator[str]:
    """A line for each option that takes a value."""
    path = "".join(f" {word}" for word in command.path)
    for option in command.options:
        if option.value is not None:
            patterns = "|".join(f'"{path} {flag}"' for flag in option.flags)
            yield f"        {patterns}) {_offered(option.value)} ;;"
