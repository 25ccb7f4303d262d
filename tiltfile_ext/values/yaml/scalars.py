"""What an unquoted word means in YAML 1.1, as Tilt reads it.

Facts: Tilt 0.37.6 (go.yaml.in/yaml/v2 2.4): yes/no/on/off/y/n are bools, 017, 0o17, 0x1f and 0b1 are
ints, underscores in numbers do not count, there are no base-60 numbers, and dates stay text.
"""

from __future__ import annotations

import re
from typing import Any

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.go.json import INT64_MAX, INT64_MIN, UINT64_MAX

_PREFIX = "tag:yaml.org,2002:"
MERGE_TAG = _PREFIX + "merge"
_TYPED_TAGS = frozenset(_PREFIX + name for name in ("str", "bool", "int", "float", "null", "timestamp"))


def _words() -> dict[str, Any]:
    words: dict[str, Any] = {"": None, "~": None, "y": True, "Y": True, "n": False, "N": False}
    for names, value in (("yes true on", True), ("no false off", False), ("null", None)):
        for name in names.split():
            words |= dict.fromkeys((name, name.title(), name.upper()), value)
    for name, number in ((".inf", "inf"), ("+.inf", "inf"), ("-.inf", "-inf")):
        words |= dict.fromkeys((name, name.replace("inf", "Inf"), name.upper()), float(number))
    return words | dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan"))


_WORDS = _words()
_NUMERIC_STARTS = frozenset("+-.0123456789")
_INT = pattern(r"([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)")
_FLOAT = pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LONGEST_INT = 100
_SIGNED_BINARY = pattern(r"0b([-+][01]+)")


class ScalarError(ValueError):
    """A scalar does not fit its tag."""


def plain(text: str) -> Any:
    """The value of an unquoted *text*: None, bool, int up to 64 bits without sign, float or str."""
    if text in _WORDS:
        return _WORDS[text]
    return number(text) if text[0] in _NUMERIC_STARTS else text


def number(text: str) -> Any:
    """*text* as a number, if it is one."""
    if text[0] == ".":
        return _float(text, text)
    digits = text.replace("_", "")
    whole = _int(digits)
    return _float(digits, text) if whole is None else whole


def _int(digits: str) -> int | None:
    found = _INT.fullmatch(digits) if len(digits) < _LONGEST_INT else None
    if found is None:
        signed = _SIGNED_BINARY.fullmatch(digits)
        return int(signed.group(1), 2) if signed else None
    sign, body = found.groups()
    value = int(body, _base(body))
    value = -value if sign == "-" else value
    largest = INT64_MAX if sign else UINT64_MAX
    return value if INT64_MIN <= value <= largest else None


def _base(body: str) -> int:
    if body[:1] != "0" or len(body) == 1:
        return 10
    return {"x": 16, "o": 8, "b": 2}.get(body[1].lower(), 8)


def _float(digits: str, text: str) -> float | str:
    """*digits* as a float; *text*, what was written, if it is none or too large for one."""
    if not _FLOAT.fullmatch(digits):
        return text
    value = float(digits)
    return text if value in (float("inf"), float("-inf")) else value


def tagged(tag: str, text: str) -> Any:
    """The value of *text* with a *tag* such as ``!!int``; tags of another kind leave it a str.

    Raises:
        ScalarError: "cannot decode !!str `x` as a !!int".
    """
    if tag == _PREFIX + "binary":
        return _binary(text)
    if tag == _PREFIX + "str" or tag not in _TYPED_TAGS:
        return text
    value = plain(text)
    wanted = tag.removeprefix(_PREFIX)
    kind = "timestamp" if wanted == "timestamp" and is_timestamp(text) else _kind(value)
    if wanted == "float" and kind == "int" and value <= INT64_MAX:
        return float(value)
    if kind != wanted:
        raise ScalarError(f"cannot decode !!{kind} `{text}` as a !!{wanted}")
    return value


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
    return "str"


def _binary(text: str) -> str:
    """The text that base64 *text* holds, with U+FFFD for bytes that are no UTF-8."""
    import base64

    try:
        data = base64.b64decode(re.sub("[\r\n]", "", text), validate=True)
    except ValueError:
        raise ScalarError("!!binary value contains invalid base64 data") from None
    return re.sub("[\udc80-\udcff]", "\ufffd", data.decode("utf-8", "surrogateescape"))


_BASE60 = pattern(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")


def stays_text(text: str) -> bool:
    """Whether *text* is still text when written without quotes: no word, number, date or base-60 number."""
    if text in _WORDS or text == "":
        return False
    if text[0] not in _NUMERIC_STARTS:
        return True
    return isinstance(number(text), str) and not _BASE60.fullmatch(text) and not is_timestamp(text)


_DATE = r"[0-9]{4}-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])"
_TIME = r"([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9]([.,][0-9]+)?"
_ZONE = r"(Z|[-+]([01][0-9]|2[0-4]):([0-5][0-9]|60))"
_TIMESTAMP = pattern(f"(?P<date>{_DATE})([Tt]{_TIME}{_ZONE}| +{_TIME})?")


def is_timestamp(text: str) -> bool:
    """Whether *text* is a date, a time after spaces without zone, or a time after T with zone."""
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return False
    import calendar  # text seldom begins like a date

    year, month, day = map(int, found["date"].split("-"))
    return day <= calendar.monthrange(max(year, 4), month)[1]
