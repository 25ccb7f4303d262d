"""Version constraints such as ">=0.30.0 <1.0.0 || 0.25.x".

Facts: Tilt 0.37.6, github.com/blang/semver.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import total_ordering

from tiltfile_ext.starkit import quote

_DIGITS = frozenset("0123456789")
_WORD = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")
_LARGEST = 2**64 - 1
_MOST_DIGITS = 20
_DOTS = 2
_OPERATORS: dict[str, Callable[[Version, Version], bool]] = {
    "": lambda a, b: a == b,
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!": lambda a, b: a != b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


@total_ordering
class Version:
    """MAJOR.MINOR.PATCH, with an optional pre-release; build metadata does not count."""

    def __init__(self, numbers: tuple[int, int, int], prerelease: tuple[str, ...] = ()) -> None:
        self.numbers = numbers
        self.prerelease = prerelease

    def _key(self) -> tuple[object, ...]:
        words = [(0, int(word), "") if _DIGITS.issuperset(word) else (1, 0, word) for word in self.prerelease]
        return (self.numbers, not self.prerelease, words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key() == other._key()

    def __lt__(self, other: Version) -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash((self.numbers, self.prerelease))


def satisfies(version: str, constraint: str) -> bool:
    """Whether *version* is within *constraint*.

    Raises:
        ValueError: *constraint* cannot be read.
    """
    groups = [[_comparison(part) for part in group] for group in _groups(constraint)]
    actual = parse_version(version)
    return any(all(holds(actual, wanted) for holds, wanted in group) for group in groups)


# ---- versions


def parse_version(text: str) -> Version:
    """The version that *text* writes; ValueError says what is wrong with it."""
    if not text:
        raise ValueError("Version string empty")
    parts = text.split(".", _DOTS)
    if len(parts) <= _DOTS:
        raise ValueError("No Major.Minor.Patch elements found")
    major, minor = _number(parts[0], "major"), _number(parts[1], "minor")
    rest, _, build = parts[2].partition("+")
    patch_text, dash, prerelease = rest.partition("-")
    patch = _number(patch_text, "patch")
    words = prerelease.split(".") if dash else []
    for word in words:
        _check_prerelease(word)
    for word in build.split(".") if "+" in parts[2] else []:
        _check_build(word)
    return Version((major, minor, patch), tuple(words))


def _number(text: str, what: str) -> int:
    if not _DIGITS.issuperset(text):
        raise ValueError(f"Invalid character(s) found in {what} number {quote(text)}")
    if len(text) > 1 and text.startswith("0"):
        raise ValueError(f"{what.capitalize()} number must not contain leading zeroes {quote(text)}")
    return _unsigned(text)


def _unsigned(text: str) -> int:
    if not text:
        raise ValueError('strconv.ParseUint: parsing "": invalid syntax')
    if len(text) > _MOST_DIGITS or int(text) > _LARGEST:
        raise ValueError(f"strconv.ParseUint: parsing {quote(text)}: value out of range")
    return int(text)


def _check_prerelease(word: str) -> None:
    if not word:
        raise ValueError("Prerelease is empty")
    if _DIGITS.issuperset(word):
        if len(word) > 1 and word.startswith("0"):
            raise ValueError(f"Numeric PreRelease version must not contain leading zeroes {quote(word)}")
        _unsigned(word)
    elif not _WORD.issuperset(word):
        raise ValueError(f"Invalid character(s) found in prerelease {quote(word)}")


def _check_build(word: str) -> None:
    if not word:
        raise ValueError("Build meta data is empty")
    if not _WORD.issuperset(word):
        raise ValueError(f"Invalid character(s) found in build meta data {quote(word)}")


# ---- constraints


def _groups(constraint: str) -> list[list[str]]:
    """Comparisons that must all hold, in groups of which one must; wildcards expanded."""
    return [_expanded(group) for group in _alternatives(_words(constraint))]


def _words(text: str) -> list[str]:
    """*text* split at spaces, but not behind an operator. A single character at either end is lost."""
    words, last, previous = [], 0, ""
    for index, char in enumerate(text):
        if char == " " and previous not in (">", "<", "="):
            if last < index - 1:
                words.append(text[last:index])
            last = index + 1
        elif char != " ":
            previous = char
    if last < len(text) - 1:
        words.append(text[last:])
    return [word.replace(" ", "") for word in words]


def _alternatives(words: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for index, word in enumerate(words):
        if word != "||":
            groups[-1].append(word)
        elif index == 0:
            raise ValueError("First element in range is '||'")
        else:
            groups.append([])
    if not groups[-1]:
        raise ValueError("Last element in range is '||'")
    return groups


def _comparison(text: str) -> tuple[Callable[[Version, Version], bool], Version]:
    operator, version = _split(text)
    where = f"Could not parse Range {quote(text)}: "
    if operator not in _OPERATORS:
        raise ValueError(
            f"{where}Could not parse comparator {quote(operator)} in {quote(operator + version)}"
        )
    try:
        return _OPERATORS[operator], parse_version(version)
    except ValueError as error:
        problem = f"Could not parse version {quote(version)} in {quote(operator + version)}: {error}"
        raise ValueError(where + problem) from None


def _split(text: str) -> tuple[str, str]:
    found = re.search(r"\d", text)
    if found is None:
        raise ValueError(f"Could not get version from string: {quote(text)}")
    return text[: found.start()].strip(), text[found.start() :]


# ---- wildcards: "1.2.x", "1.x"


def _expanded(group: Sequence[str]) -> list[str]:
    return [part for text in group for part in (_wildcard(text) if "x" in text else [text])]


#: operator -> comparisons that replace it: operator, and whether its version is the next one
_WILDCARD: dict[str, list[tuple[str, bool]]] = {
    ">": [(">=", True)],
    ">=": [(">=", False)],
    "<": [("<", False)],
    "<=": [("<", True)],
    "": [(">=", False), ("<", True)],
    "=": [(">=", False), ("<", True)],
    "==": [(">=", False), ("<", True)],
    "!=": [("<", False), (">=", True)],
    "!": [("<", False), (">=", True)],
}


def _wildcard(text: str) -> list[str]:
    operator, version = _split(text)
    flat = version.replace(".x.x", ".x", 1).replace(".x", ".0", 1)
    flat = flat + ".0" if flat.count(".") == 1 else flat
    parts = _WILDCARD.get(operator, [("", False)])
    return [name + (_next(version, flat) if upper else flat) for name, upper in parts]


def _next(version: str, flat: str) -> str:
    """The first version behind all that the wildcard stands for; "" where that makes no sense."""
    pieces = version.split(".")
    place = len(pieces) - 2 if pieces[-1] == "x" and len(pieces) in (2, 3) else -1
    numbers = flat.split(".")
    if place < 0 or not re.fullmatch(r"[-+]?[0-9]+", numbers[place]):
        return ""
    numbers[place] = str(int(numbers[place]) + 1)
    return ".".join(numbers)
