"""Adds a statement that runs before everything else."""

from __future__ import annotations

from tiltfile_ext.check._fix import Fix, NotFixable
from tiltfile_ext.check.fix._calls import parse
from tiltfile_ext.check.fix._lines import Lines
from tiltfile_ext.check.fix._place import insertion
from tiltfile_ext.starkit.grammar import GrammarError, Node


def insert_first(text: str, statement: str) -> Fix | NotFixable:
    """How to make *text*, a Tiltfile with its own line ends, begin with *statement*.

    It goes below the comments and the docstring that are about the file, and above all that can fail.
    """
    lines = Lines(text)
    statements = statements_of(lines)
    if isinstance(statements, NotFixable):
        return statements
    return Fix(f"add {statement}", (insertion(lines, statement),))


def statements_of(lines: Lines) -> list[Node] | NotFixable:
    """What a Tiltfile is made of."""
    try:
        return parse(lines.normal)
    except GrammarError as error:
        return NotFixable(f"{at(lines, error.offset)}: {error.message}; Tilt cannot read this file")
    except RecursionError:
        return NotFixable("the file is nested too deeply")


def at(lines: Lines, offset: int) -> str:
    """A place, as reasons say it."""
    line, column = lines.place(offset)
    return f"line {line}:{column}"
