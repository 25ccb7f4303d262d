"""Differences that are known and told in docs/differences.md: each a name, and how to recognise it."""

from __future__ import annotations

import re
from collections.abc import Callable

from _outcomes import Outcome

_MISSING = re.compile(r" has no \.\w+ (?:field or method|attribute)(?: \(did you mean \.\w+\?\))?$")
#: what messages name types in
_TYPES = re.compile(
    r"(?<=unknown binary op: )[\w.]+ \S+ [\w.]+$|(?<=unknown unary op: [-+~] )[\w.]+$"
    r"|[\w.]+ [<>]=? [\w.]+(?= not implemented$)|(?<=has no \.)[\w.]+ .*$|[\w.]+(?= has no \.)"
    r"|(?<=got )[\w.]+(?=, want [\w, ]+$| in sequence assignment$)|(?<=unhashable type: )[\w.]+$"
)


def _same_but_for(pattern: re.Pattern[str]) -> Callable[[Outcome, Outcome], bool]:
    return lambda tilt, ours: (
        tilt.code == ours.code and pattern.sub("", tilt.text) == pattern.sub("", ours.text)
    )


def _looked_up_late(tilt: Outcome, ours: Outcome) -> bool:
    before, traceback, _ = tilt.text.partition("Traceback (most recent call last):")
    return bool(traceback and _MISSING.search(tilt.text)) and ours.code != 0 and ours.text.startswith(before)


EXPLAINED: dict[str, Callable[[Outcome, Outcome], bool]] = {
    "a method that a value lacks is noticed after its arguments": _looked_up_late,
    "an operator's message names another type": _same_but_for(_TYPES),
    "bytes literals cannot be added": lambda _, ours: ours.text.endswith("unknown binary op: bytes + bytes"),
    "ranges go no further than 32 bits": lambda _, ours: ours.text.endswith("which is as far as ranges go"),
    "an argument after * is looked at before later ones are evaluated": lambda tilt, ours: (
        tilt.code == ours.code and "Error: argument after *" in ours.text
    ),
    "a call that gives too many arguments by * counts it as one": _same_but_for(
        re.compile(r"(?<=got )\d+ argument")
    ),
    "of several names that a file lacks, the first is told": _same_but_for(
        re.compile(r"(?<=load: name ).*$")
    ),
    "a program takes too long in Tilt": lambda tilt, _: tilt.code == 124,  # as of timeout(1)
    "the target of a loop is an item": _same_but_for(
        re.compile(
            r"(?<=Error: )(?:\w+ value does not support item assignment|cannot insert into frozen hash table)$"
        )
    ),
    "an error in the key of sorted() is told of it, or of the method": lambda tilt, ours: (
        tilt.code == ours.code
        and re.search(r"<builtin>: in (sorted|max|min)\n", tilt.text) is not None
        and tilt.text[: tilt.text.rfind("<builtin>: in ")]
        == ours.text[: len(tilt.text[: tilt.text.rfind("<builtin>: in ")])]
    ),
    "an empty list is not called so": _same_but_for(re.compile(": empty list$")),
}


def explanation(tilt: Outcome, ours: Outcome) -> str:
    """The name of the difference between the two outcomes, "" if it is none of the known ones."""
    return next((name for name, fits in EXPLAINED.items() if fits(tilt, ours)), "")
