"""What can be completed, read off the parsers of the verbs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import import_module

from tiltfile_ext.cli import VERBS
from tiltfile_ext.starkit import Data

#: names of values that are files or directories
_FILES = {"DIR", "DIRECTORY", "FILE", "PATH", "PATHS", "TILTFILE"}


class Value(Data):
    """What may stand for a value: one of *words*, a file, or something that nobody can guess."""

    name: str
    words: tuple[str, ...] = ()
    is_file: bool = False


class Option(Data):
    """An option: its spellings, its purpose, and its value, None if it takes none."""

    flags: tuple[str, ...]
    purpose: str
    value: Value | None = None
    repeats: bool = False


class Command(Data):
    """A verb, or a verb of a verb.

    Attributes:
        path: the words that lead to it; none for the program itself.
        purpose: one line.
        options: in the order of its help.
        value: what its arguments are, None if it takes none.
        commands: the verbs below it.
    """

    path: tuple[str, ...]
    purpose: str
    options: tuple[Option, ...] = ()
    value: Value | None = None
    commands: tuple[Command, ...] = ()

    def walk(self) -> Iterator[Command]:
        """This command and all below it."""
        yield self
        for command in self.commands:
            yield from command.walk()


def read_commands() -> Command:
    """The program with all its verbs."""
    verbs = tuple(
        _command((name,), purpose, import_module(f"tiltfile_ext.cli.{name}").parser())
        for name, _, purpose, _ in VERBS
    )
    names = Value("VERB", tuple(name for name, *_ in VERBS))
    options = (
        Option(("-h", "--help"), "show what can be done"),
        Option(("-V", "--version"), "show the version"),
    )
    return Command((), "", options, commands=(*verbs, Command(("help",), "explain a verb", value=names)))


def _command(path: tuple[str, ...], purpose: str, parser: argparse.ArgumentParser) -> Command:
    options, values, commands = [], [], []
    for action in parser._actions:  # noqa: SLF001  # argparse has no other list of them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            purposes = {each.dest: each.help or "" for each in action._choices_actions}  # noqa: SLF001
            commands += [_command((*path, name), purposes[name], sub) for name, sub in action.choices.items()]
        elif action.option_strings:
            options.append(_option(action))
        else:
            values.append(_value(action))
    return Command(path, purpose, tuple(options), values[0] if values else None, tuple(commands))


def _option(action: argparse.Action) -> Option:
    repeats = isinstance(action, argparse._AppendAction)  # noqa: SLF001
    value = None if action.nargs == 0 else _value(action)
    return Option(tuple(action.option_strings), action.help or "", value, repeats)


def _value(action: argparse.Action) -> Value:
    """The value of an option or argument. A name such as "in|out" lists the words."""
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    words = tuple(map(str, action.choices or ())) or (tuple(name.split("|")) if "|" in name else ())
    return Value(name, words, name in _FILES)
