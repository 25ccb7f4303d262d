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
    "an empty list is not called so": _same_but_for(re.compile(": empty list$")),
}


def explanation(tilt: Outcome, ours: Outcome) -> str:
    """The name of the difference between the two outcomes, "" if it is none of the known ones."""
    return next((name for name, fits in EXPLAINED.items() if fits(tilt, ours)), "")
