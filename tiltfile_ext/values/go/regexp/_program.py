"""What a pattern becomes: instructions, one for each character read, and those that say where to go on.

Places are told by distance, so that a piece of code may stand anywhere, and be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeAlias


class Jump(NamedTuple):
    """Go on *steps* further."""

    steps: int


class Split(NamedTuple):
    """Go on with the next instruction, and also *steps* further."""

    steps: int


class Check(NamedTuple):
    """Go on if the place in the text is one that *holds*."""

    holds: Callable[[str, int], bool]


class Chars(Protocol):
    """Read one of these characters."""

    def __contains__(self, char: str, /) -> bool:
        """Whether *char* is one."""


Instruction: TypeAlias = Jump | Split | Check | Chars
Code: TypeAlias = list[Instruction]


def any_of(codes: Sequence[Code]) -> Code:
    """Code for any of *codes*."""
    made: Code = []
    left = sum(len(code) + 2 for code in codes) - 2
    for code in codes[:-1]:
        left -= len(code) + 2
        made += [Split(len(code) + 2), *code, Jump(left + 1)]
    return made + codes[-1]


def many(code: Code) -> Code:
    """*code* any number of times, none too."""
    return [Split(len(code) + 2), *code, Jump(-len(code) - 1)]


def repeated(code: Code, least: int, most: int | None) -> Code:
    """*code* from *least* to *most* times; None: without an end."""
    if most is None:
        return code * least + many(code)
    made, size = code * least, len(code) + 1
    for left in range(most - least, 0, -1):
        made += [Split(left * size), *code]
    return made


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and (text[at].isalnum() or text[at] == "_")


TEXT_START = Check(lambda _, at: at == 0)
TEXT_END = Check(lambda text, at: at == len(text))
LINE_START = Check(lambda text, at: at == 0 or text[at - 1] == "\n")
LINE_END = Check(lambda text, at: at == len(text) or text[at] == "\n")
BOUNDARY = Check(lambda text, at: _is_word(text, at - 1) != _is_word(text, at))
NO_BOUNDARY = Check(lambda text, at: _is_word(text, at - 1) == _is_word(text, at))
