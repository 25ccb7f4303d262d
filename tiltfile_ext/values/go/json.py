"""JSON as Go writes it, and the values that Tilt can write at all.

Shared by the JSON and the YAML encoder: in Tilt both start from the same conversion of Starlark
values, and its YAML is made from JSON text. Facts: Tilt 0.37.6, Go encoding/json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tiltfile_ext.starkit._errors import BuiltinError
from tiltfile_ext.starkit._types import go_type, starlark_repr

INT64_MIN, INT64_MAX, UINT64_MAX = -(2**63), 2**63 - 1, 2**64 - 1

_GO_KEY_TYPES = {type(None): "<nil>", bool: "bool", int: "int64", float: "float64", list: "[]interface {}"}


def structured(value: object) -> Any:
    """*value* as plain data: None, bool, int (the low 64 bits), float, str, list, dict with str keys.

    Lists and dicts are copies.

    Raises:
        BuiltinError: another kind of value, or a key that is no string.
    """
    match value:
        case None | bool() | float() | str():
            return value
        case int():
            return _low_64_bits(value)
        case list():
            return [structured(element) for element in value]
        case dict():
            return {_key(key): structured(element) for key, element in value.items()}
    raise BuiltinError(
        "error converting object from starlark: "
        f"unable to convert from starlark value, unsupported type {go_type(value)}"
    )


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    structured(key)
    raise BuiltinError(
        "error converting object from starlark: only string keys are supported in maps. "
        f"found key '{starlark_repr(key)}' of type {_GO_KEY_TYPES[type(key)]}"
    )


def _low_64_bits(value: int) -> int:
    """*value* as Go's ``big.Int.Int64``: the magnitude is cut, then the sign is applied."""
    if INT64_MIN <= value <= INT64_MAX:
        return value
    low = abs(value) & (2**64 - 1)
    signed = -low if value < 0 else low
    return (signed + 2**63) % 2**64 - 2**63


def valid_text(text: str) -> str:
    """*text* with U+FFFD in place of every byte that is no UTF-8 (a lone surrogate here)."""
    return text if text.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", text)


def unsupported_float(value: float) -> str | None:
    """Why JSON cannot hold *value*: "json: unsupported value: NaN"; None if it can."""
    if value != value:  # noqa: PLR0124  # the one value unequal to itself
        return "json: unsupported value: NaN"
    if value in (float("inf"), float("-inf")):
        return f"json: unsupported value: {'+Inf' if value > 0 else '-Inf'}"
    return None


_SMALLEST_PLAIN, _SMALLEST_LARGE = 1e-6, 1e21


def float_text(value: float) -> str:
    """A finite *value* as encoding/json prints it: "1", "0.5", "1e-7", "1e+21"."""
    from decimal import Decimal

    size = abs(value)
    text = repr(value)
    if size and not _SMALLEST_PLAIN <= size < _SMALLEST_LARGE:
        mantissa, _, exponent = format(Decimal(text).normalize(), "e").partition("e")
        return f"{mantissa}e{exponent[0]}{exponent[1:].lstrip('0')}"
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


_HTML = "[<>&\u2028\u2029\ud800-\udfff]"
_escape: Callable[[str], str] = json.JSONEncoder(ensure_ascii=False).encode


def string_text(text: str) -> str:
    """*text* as encoding/json writes a string: ``<``, ``>``, ``&``, U+2028, U+2029 and bad bytes escaped."""
    return html_safe(_escape(text))


def html_safe(json_text: str) -> str:
    """The same escapes in a whole JSON text, where such characters are in strings only."""
    if json_text.isascii() and not any(sign in json_text for sign in "<>&"):
        return json_text
    return re.sub(_HTML, _escaped, json_text)


def _escaped(found: re.Match[str]) -> str:
    char = found.group()
    return "\\ufffd" if "\ud800" <= char <= "\udfff" else f"\\u{ord(char):04x}"
