r"""Makes a random program right: the statements that fail are taken out, until it loads.

Programs of random statements mostly fail early, so that their results are never compared. What fails is asked
of this host; a statement that fails here only is found in the programs that are not mended.
"""

from __future__ import annotations

import ast
import random
import re
import warnings
from collections.abc import Callable

from _outcomes import Outcome
from _programs import Program

_TRIES = 30
_TOP_LEVEL = re.compile(r"/([^/\n]+):(\d+):\d+: in <toplevel>")
_STATIC = re.compile(r"/([^/\n]+):(\d+):\d+: ")


def mended(program: Program, run: Callable[[Program], Outcome], seed: int) -> Program:
    """*program* without what fails in it; with a failure after all if too much does.

    Args:
        run: what the program does here.
        seed: chooses what goes where an error names no line.
    """
    chance = random.Random(seed)
    for _ in range(_TRIES):
        outcome = run(program)
        if not outcome.code:
            break
        if program.args and "You specified some resources" in outcome.text:
            program = program._replace(args=())
            continue
        name, line = _failing(program, outcome, chance)
        program = _without(program, name, line)
    return program


def _failing(program: Program, outcome: Outcome, chance: random.Random) -> tuple[str, int]:
    """The file and line of the statement to take out."""
    _, found, traceback = outcome.text.rpartition("Traceback (most recent call last):")
    places = _TOP_LEVEL.findall(traceback) if found else _STATIC.findall(outcome.text)[-1:]
    names = {path.rpartition("/")[2]: path for path in program.files}
    for name, line in reversed(places):
        if name in names:
            return names[name], int(line)
    return "Tiltfile", chance.randint(1, program.files["Tiltfile"].count("\n") + 1)


def _without(program: Program, name: str, line: int) -> Program:
    """*program* without the statement at *line* of the file *name*; without the line if it is not to be parsed."""
    lines = program.files[name].split("\n")
    first, last = next(
        ((start, end) for start, end in _spans(program.files[name]) if start <= line <= end), (line, line)
    )
    return program._replace(files={**program.files, name: "\n".join(lines[: first - 1] + lines[last:])})


def _spans(text: str) -> list[tuple[int, int]]:
    """The first and last line of each statement; Python's grammar is near enough."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return [(each.lineno, each.end_lineno or each.lineno) for each in ast.parse(text).body]
    except (SyntaxError, ValueError):
        return []
