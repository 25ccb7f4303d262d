"""The shape of every help text: usage, what it is for, options, examples, files, environment, exit codes.

A help text is a table of its facts (`Page`); how they are laid out is said here, once.
"""

from __future__ import annotations

import argparse
import re
import shutil
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

#: nothing is wider, however wide the terminal
_WIDEST, _NARROWEST = 100, 60
_LEFT, _GAP = 30, 2


class Page:
    """What a help text says besides the options.

    Attributes:
        usage: the command line without the program's name, one line for each form.
        description: paragraphs with empty lines between them, the first a summary of one sentence.
        examples: command line without the program's name -> what it does.
        files: path -> what it is.
        environment: name of a variable -> what it does.
        exit_codes: code -> what it means.
    """

    __slots__ = ("description", "environment", "examples", "exit_codes", "files", "usage")

    def __init__(
        self,
        *,
        usage: Iterable[str],
        description: str,
        examples: Mapping[str, str],
        files: Mapping[str, str],
        environment: Mapping[str, str],
        exit_codes: Mapping[int, str],
    ) -> None:
        self.usage = tuple(usage)
        self.description = description
        self.examples = examples
        self.files = files
        self.environment = environment
        self.exit_codes = exit_codes


class HelpParser(argparse.ArgumentParser):
    """A parser whose help is laid out as a `Page`, for the terminal that it is shown on."""

    def __init__(self, prog: str, page: Page, **options: Any) -> None:
        usage = "\n".join(_form(prog, form) for form in page.usage).replace("\n", "\n       ")
        super().__init__(prog=prog, usage=usage, formatter_class=_Formatter, allow_abbrev=False, **options)
        self.page = page

    def format_help(self) -> str:
        """The whole text."""
        self.description = "\n\n".join(map(_paragraph, self.page.description.split("\n\n")))
        self.epilog = _sections(self.prog, self.page)
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where more is said."""
        self.exit(2, f"{self.prog}: {message}\nusage: {self.usage}\n`{self.prog} --help` says more\n")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(prog, max_help_position=_LEFT, width=width(), **options)


def width() -> int:
    """How wide a line may be."""
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size().columns - 1))


def _form(prog: str, form: str) -> str:
    """One form of the command line; what is in brackets stays together."""
    joined = re.sub(r"\[[^]]*\]", lambda option: option[0].replace(" ", "\0"), f"{prog} {form}".rstrip())
    indent = " " * (len(prog) + 1)
    wide = width() - len("usage: ")
    return textwrap.fill(joined, wide, subsequent_indent=indent, break_on_hyphens=False).replace("\0", " ")


def _paragraph(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), width(), break_on_hyphens=False, break_long_words=False)


def _sections(prog: str, page: Page) -> str:
    tables = {
        "examples": {f"{prog} {words}".rstrip(): purpose for words, purpose in page.examples.items()},
        "files": page.files,
        "environment": page.environment,
        "exit codes": {str(code): meaning for code, meaning in page.exit_codes.items()},
    }
    return "\n\n".join(f"{title}:\n{_table(rows)}" for title, rows in tables.items() if rows)


def _table(rows: Mapping[str, str]) -> str:
    """Two columns; where the left one is too long, the right one begins on a line of its own."""
    left = min(_LEFT - _GAP, max(map(len, rows)) + _GAP)
    return "\n".join(_row(name, text, left) for name, text in rows.items())


def _row(name: str, text: str, left: int) -> str:
    indent = " " * (left + _GAP)
    body = textwrap.fill(
        text, width(), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    if len(name) + _GAP > left:
        return f"  {name}\n{body}"
    return f"  {name}".ljust(left + _GAP) + body[left + _GAP :]
