"""The three answers to "may usage be reported?"."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class Opt:
    """An answer: `Opt.DEFAULT` (nobody has chosen), `Opt.IN` or `Opt.OUT`.

    There are exactly these three objects; compare them with ``is``. ``str()`` is the word that Tilt
    writes into its choice file. Not an `enum.Enum`, whose import alone costs more than all the rest of
    what a command runs of this package.
    """

    __slots__ = ("word",)

    DEFAULT: ClassVar[Opt]
    IN: ClassVar[Opt]
    OUT: ClassVar[Opt]

    def __init__(self, word: str) -> None:
        self.word = word

    def __str__(self) -> str:
        return self.word

    def __repr__(self) -> str:
        return f"Opt.{self.word.removeprefix('opt-').upper()}"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Copy and pickle to the same object, so that ``is`` holds."""
        return (parse_opt, (self.word,))


Opt.DEFAULT = Opt("default")
Opt.IN = Opt("opt-in")
Opt.OUT = Opt("opt-out")

#: What may be typed or written for each answer; Tilt accepts the same five words, in lower case only.
WORDS = {"default": Opt.DEFAULT, "opt-in": Opt.IN, "in": Opt.IN, "opt-out": Opt.OUT, "out": Opt.OUT}


def parse_opt(word: str) -> Opt:
    """Return the answer that *word* stands for.

    Raises:
        KeyError: *word* is none of the five words.
    """
    return WORDS[word]
