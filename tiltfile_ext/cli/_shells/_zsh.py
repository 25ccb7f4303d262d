"""Completion for zsh, with its own ``_arguments``."""

from __future__ import annotations

from collections.abc import Iterator

from tiltfile_ext.cli._shells._commands import Command, Option, Value

_SCRIPT = """\
#compdef tiltfile
# Written by `tiltfile completion zsh`. Put it as _tiltfile into a directory of $fpath, or load it with:
# source <(tiltfile completion zsh)
{functions}
if [[ $funcstack[1] == _tiltfile ]]; then _tiltfile "$@"; else compdef _tiltfile tiltfile; fi
"""
_LEAF = """\
{name}() {{
  _arguments -S -s {specs}
}}
"""
_GROUP = """\
{name}() {{
  local context state state_descr line
  typeset -A opt_args
  local -a verbs=({verbs})
  _arguments -C {specs} '1: :->verb' '*:: :->rest' && return
  case $state in
    verb) _describe -t commands verb verbs ;;
    rest)
      case $words[1] in
{cases}
      esac ;;
  esac
}}
"""


def zsh(root: Command) -> str:
    """The script."""
    return _SCRIPT.format(functions="\n".join(map(_function, root.walk())))


def _function(command: Command) -> str:
    name = _name(command)
    specs = " ".join(_specs(command)) or "': :'"
    if not command.commands:
        return _LEAF.format(name=name, specs=specs)
    verbs = " ".join(_quoted(f"{each.path[-1]}:{_text(each.purpose)}") for each in command.commands)
    cases = "\n".join(f"        {each.path[-1]}) {_name(each)} ;;" for each in command.commands)
    return _GROUP.format(name=name, specs=specs, verbs=verbs, cases=cases)


def _name(command: Command) -> str:
    return "_".join(("_tiltfile", *command.path)).replace("-", "_")


def _specs(command: Command) -> Iterator[str]:
    for option in command.options:
        yield _option(option)
    if command.value is not None and not command.commands:
        yield _quoted(f"*{_value(command.value)}")


def _option(option: Option) -> str:
    """``'(-o --output)'{-o,--output}'[purpose]:PATH:_files'``."""
    flags = option.flags if option.value is None else [_with_value(flag) for flag in option.flags]
    rest = f"[{_text(option.purpose)}]" + (_value(option.value) if option.value else "")
    if option.repeats:
        return " ".join(_quoted(f"*{flag}{rest}") for flag in flags)
    others = _quoted(f"({' '.join(option.flags)})")
    spelled = flags[0] if len(flags) == 1 else f"{{{','.join(flags)}}}"
    return f"{others}{spelled}{_quoted(rest)}"


def _with_value(flag: str) -> str:
    """The value of a long option may follow a "=" as well; that of a short one may follow at once."""
    return f"{flag}=" if flag.startswith("--") else f"{flag}+"


def _value(value: Value) -> str:
    action = f"({' '.join(value.words)})" if value.words else "_files" if value.is_file else " "
    return f":{_text(value.name)}:{action}"


def _text(text: str) -> str:
    for sign in "\\[]:":
        text = text.replace(sign, f"\\{sign}")
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
