"""Regular expressions as Go reads them, with its words where it cannot.

Facts: Go regexp/syntax (RE2), as Tilt 0.37.6 uses it for names of objects.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tiltfile_ext.starkit._patterns import pattern


class RegexpError(ValueError):
    """Go cannot read the pattern: "error parsing regexp: missing closing ): `(`"."""


@lru_cache(maxsize=256)
def go_regexp(pattern: str) -> re.Pattern[str]:
    """*pattern*, to be searched for anywhere in a text.

    Raises:
        RegexpError: it is not a pattern of Go's.
    """
    if _is_plain(pattern):
        return re.compile(pattern, re.ASCII)
    problem = _refused(pattern)
    if problem is None:
        try:
            return re.compile(_translated(pattern), re.ASCII)
        except (re.error, OverflowError, RecursionError) as error:
            problem = _problem(pattern, str(error))
    raise RegexpError(f"error parsing regexp: {problem}")


def _is_plain(pattern: str) -> bool:
    """Whether it is plain words, which mean the same to both languages."""
    words = pattern.removeprefix("(?i)").replace("/", "").replace("-", "")
    return words.isascii() and (words.isalnum() or not words)


#: what Python takes and Go does not: looking around, back references, conditions, atomic groups
_PERL_GROUP = pattern(r"(?<!\\)(?:\\\\)*(\(\?(?:[=!>(#]|<[=!]|P[=>]))")
_BACK_REFERENCE = pattern(r"(?<!\\)(?:\\\\)*(\\[1-9ZGeghijklmoqyXRNuUcCK])")
_TWICE = pattern(r"(?<!\\)(?:\\\\)*((?:[*+?]|\{\d+(?:,\d*)?\})\??(?:[*+]|\{\d+(?:,\d*)?\}))")


_COUNT = pattern(r"(?<!\\)(?:\\\\)*\{(\d+)(?:,(\d*))?\}")
_MOST_TIMES = 1000


def _refused(pattern: str) -> str | None:
    outside = _CLASS.sub(lambda found: "_" * len(found.group()), pattern)
    if found := _PERL_GROUP.search(outside):
        start = found.start(1)
        end = 4 if pattern[start + 2] in "<P" else 3
        return f"invalid or unsupported Perl syntax: `{pattern[start : start + end]}`"
    if found := _BACK_REFERENCE.search(outside):
        return f"invalid escape sequence: `{found.group(1)}`"
    for found in _COUNT.finditer(outside):
        if any(int(count) > _MOST_TIMES for count in found.groups() if count):
            return f"invalid repeat count: `{found.group()}`"
    if found := _TWICE.search(outside):
        return f"invalid nested repetition operator: `{found.group(1)}`"
    return None


_CLASS = pattern(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)
_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7F", "blank": r"\t ",
    "cntrl": r"\x00-\x1F\x7F", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ", "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_POSIX_CLASS = pattern(r"\[:(\w+):\]")
_REST = (("(?<!\\\\)((?:\\\\\\\\)*)\\$(?!\\))$", r"\1\\Z"), (r"\\z", r"\\Z"))
_FLAGS_INSIDE = pattern(r"\(\?([imsU]+)\)")
_QUOTED = pattern(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)
_NAMED = pattern(r"(?<!\\)\(\?<(?![=!])")
_UNICODE = pattern(r"\\([pP])(?:\{(\^?)(\w+)\}|(\w))")
_LETTERS = {"L": "A-Za-z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9"}


def _unicode_class(found: re.Match[str]) -> str:
    """A class of characters by its name: exact in ASCII; it takes anything beyond, which no name has."""
    letters = _LETTERS.get(found.group(3) or found.group(4), "")
    negated = (found.group(1) == "P") != (found.group(2) == "^")
    return f"[{'^' if negated else ''}{letters}\\x80-\U0010ffff]"


def _translated(pattern: str) -> str:
    """*pattern* in Python's words: the end of the text, POSIX classes, flags in front."""
    pattern = _QUOTED.sub(lambda found: re.escape(found.group(1)), pattern)
    pattern = _NAMED.sub("(?P<", pattern)
    pattern = _UNICODE.sub(_unicode_class, pattern)
    pattern = _POSIX_CLASS.sub(lambda found: _POSIX.get(found.group(1), found.group()), pattern)
    for found, instead in _REST:
        pattern = re.sub(found, instead, pattern)
    flags = "".join(_FLAGS_INSIDE.findall(pattern)).replace("U", "")
    pattern = _FLAGS_INSIDE.sub("", pattern)
    return f"(?{''.join(sorted(set(flags)))}){pattern}" if flags else pattern


_WORDS = (
    ("missing ), unterminated subpattern", "missing closing ): `{pattern}`"),
    ("unbalanced parenthesis", "unexpected ): `{pattern}`"),
    ("unterminated character set", "missing closing ]: `{rest}`"),
    ("bad escape (end of pattern)", "trailing backslash at end of expression: ``"),
    ("nothing to repeat", "missing argument to repetition operator: `{sign}`"),
    ("bad escape", "invalid escape sequence: `{escape}`"),
    ("missing >, unterminated name", "invalid named capture: `{group}`"),
    ("missing ", "invalid or unsupported Perl syntax: `{group}`"),
    ("unknown extension", "invalid or unsupported Perl syntax: `{group}`"),
    ("bad character range", "invalid character class range: `{range}`"),
)
_PLACE = pattern(r"at position (\d+)")


def _problem(pattern: str, message: str) -> str:
    found = _PLACE.search(message)
    shift = len(_translated(pattern)) - len(pattern)
    at = max(int(found.group(1)) - max(shift, 0), 0) if found else 0
    words = message.split(" ")
    parts = {
        "pattern": pattern,
        "group": pattern[pattern.rfind("(?") :],
        "rest": pattern[pattern.rfind("[") :],
        "sign": pattern[at : at + 1],
        "escape": words[2] if len(words) > 2 else "",  # noqa: PLR2004
        "range": words[3] if len(words) > 3 else "",  # noqa: PLR2004
    }
    for start, form in _WORDS:
        if message.startswith(start):
            return form.format_map(parts)
    return f"{message}: `{pattern}`"
