r"""Sets of characters: ``[a-z\d]``, ``[[:alpha:]]``, ``\p{Greek}``."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from tiltfile_ext.values.go.regexp._folding import same
from tiltfile_ext.values.go.regexp._names import CATEGORIES, LONG_NAMES, SCRIPTS

#: whether a character belongs
Test = Callable[[str], bool]


class Part:
    """What a class is made of.

    Args:
        test: says which characters belong.
        fold: whether another case of the character is enough.
        positive: False: all others belong.
    """

    def __init__(self, test: Test, *, fold: bool, positive: bool = True) -> None:
        self._test = test
        self._fold = fold
        self._positive = positive

    def __contains__(self, char: str) -> bool:
        return any(map(self._test, same(char) if self._fold else char)) == self._positive


class CharClass:
    """Characters that belong to any of *parts*; to none of them if it is *negated*."""

    def __init__(self, parts: Iterable[Part], *, negated: bool = False) -> None:
        self._parts = tuple(parts)
        self._negated = negated
        self._known: dict[str, bool] = {}

    def __contains__(self, char: str) -> bool:
        known = self._known.get(char)
        if known is None:
            known = self._known[char] = any(char in part for part in self._parts) != self._negated
        return known


def between(first: str, last: str) -> Test:
    """Whether a character is one from *first* to *last*."""
    return lambda char: first <= char <= last


def one_of(ranges: str) -> Test:
    """*ranges*: pairs of first and last characters, "azAZ"."""
    pairs = tuple(zip(ranges[::2], ranges[1::2], strict=True))
    return lambda char: any(first <= char <= last for first, last in pairs)


#: escape -> its characters; the same letter in upper case means all others
PERL = {"d": one_of("09"), "s": one_of("\t\n\f\r  "), "w": one_of("09AZaz__")}
POSIX = {
    "alnum": "09AZaz", "alpha": "AZaz", "ascii": "\x00\x7f", "blank": "\t\t  ", "cntrl": "\x00\x1f\x7f\x7f",
    "digit": "09", "graph": "!~", "lower": "az", "print": " ~", "punct": "!/:@[`{~", "space": "\t\r  ",
    "upper": "AZ", "word": "09AZaz__", "xdigit": "09AFaf",
}  # fmt: skip


def unicode_test(name: str) -> Test | None:
    r"""The characters of ``\p{name}``: a category, or a script by its name; None if there is no such class.

    Characters of a script are known by their own names, "GREEK SMALL LETTER ALPHA", which misses signs that a
    script has without its name.
    """
    name = _canonical(name)
    name = LONG_NAMES.get(name, name)
    if name in _SPECIAL:
        return _SPECIAL[name]
    if name in CATEGORIES:
        return lambda char: unicodedata.category(char).startswith(name)
    if name in SCRIPTS:
        start = _STARTS.get(name, name.upper() + " ")
        return lambda char: unicodedata.name(char, "").startswith(start)
    return None


def _assigned(char: str) -> bool:
    return unicodedata.category(char) != "Cn"


_SPECIAL: dict[str, Test] = {
    "Any": lambda _: True,
    "Assigned": _assigned,
    "Ascii": str.isascii,
    "Lc": lambda char: unicodedata.category(char) in ("Lu", "Ll", "Lt"),
}
#: how the characters of a script are called, where that is not as the script
_STARTS = {"Han": "CJK UNIFIED IDEOGRAPH"}


def _canonical(name: str) -> str:
    """*name* as Go looks it up: the first letter in upper case, without hyphens, underscores and blanks."""
    kept = "".join(char for char in name if char not in "_- ")
    return kept.capitalize() if kept.isascii() else name
