"""What an unquoted word means in a compose file, and how Go prints such a value.

Facts: go.yaml.in/yaml/v4: YAML 1.2 words (yes and on are text), the numbers of YAML 1.1, and dates.
"""

from __future__ import annotations

import re
from typing import Any, Final

from tiltfile_ext.starkit._types import format_float
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.yaml import scalars as yaml_scalars

_PREFIX = "tag:yaml.org,2002:"
MERGE_TAG: Final = _PREFIX + "merge"
_TYPED = frozenset(_PREFIX + name for name in ("bool", "int", "float", "null", "timestamp"))


def _words() -> dict[str, Any]:
    words: dict[str, Any] = {"": None, "~": None, "-0": -0.0, "-0.0": -0.0}
    for name, value in (("true", True), ("false", False), ("null", None)):
        words |= dict.fromkeys((name, name.title(), name.upper()), value)
    for sign, number in (("", "inf"), ("+", "inf"), ("-", "-inf")):
        words |= dict.fromkeys((f"{sign}.inf", f"{sign}.Inf", f"{sign}.INF"), float(number))
    return words | dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan"))


_WORDS = _words()
_NUMERIC_STARTS = frozenset("+-.0123456789")


class Timestamp:
    """A date, or a date and a time; ``str()`` is how Go prints it."""

    __slots__ = ("iso", "text")

    def __init__(self, written: str) -> None:
        date, _, rest = re.sub("[Tt]| +", " ", written, count=1).partition(" ")
        zone = re.search(r"(Z|[-+]\d\d:\d\d)$", rest)
        offset = zone.group() if zone else "Z"
        clock = _clock(rest[: zone.start()] if zone else rest)
        day = "-".join(part.zfill(2) for part in date.split("-"))
        shown = "+0000 UTC" if offset == "Z" else " ".join([offset.replace(":", "")] * 2)
        self.text = f"{day} {clock} {shown}"
        self.iso = f"{day}T{clock}{offset}"

    def __str__(self) -> str:
        return self.text


def _clock(text: str) -> str:
    """A time of day in full: "01:02:03.5" for "1:2:3.50", midnight for ""."""
    whole, _, fraction = text.strip().replace(",", ".").partition(".")
    clock = ":".join(part.zfill(2) for part in (whole or "0:0:0").split(":"))
    return f"{clock}.{fraction.rstrip('0')}".removesuffix(".")


def plain(text: str) -> Any:
    """The value of an unquoted *text*."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_STARTS:
        return text
    return Timestamp(text) if yaml_scalars.is_timestamp(text) else yaml_scalars.number(text)


def tagged(tag: str, text: str) -> Any:
    """The value of *text* with an explicit *tag*; tags of one's own leave it text.

    Raises:
        ComposeError: the text does not fit the tag.
    """
    if tag == _PREFIX + "binary":
        return _binary(tag, text)
    if tag not in _TYPED:
        return text
    value = plain(text)
    wanted = tag.removeprefix(_PREFIX)
    if wanted == "float" and type(value) is int:
        return float(value)
    if _KINDS.get(type(value)) != wanted:
        raise ComposeError(f"yaml: cannot decode `{text}` as a !!{wanted}")
    return value


def _binary(tag: str, text: str) -> Any:
    try:
        return yaml_scalars.tagged(tag, text)
    except yaml_scalars.ScalarError as error:
        raise ComposeError(f"yaml: {error}") from None


_KINDS = {bool: "bool", int: "int", float: "float", type(None): "null", Timestamp: "timestamp"}


def stays_text(text: str) -> bool:
    """Whether *text*, written without quotes, is read as text by every YAML parser."""
    return yaml_scalars.stays_text(text) and type(plain(text)) is str


def go_text(value: Any) -> str:
    """*value* as Go's ``fmt.Sprint`` prints it."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return {"nan": "NaN", "+inf": "+Inf", "-inf": "-Inf"}.get(
                text := format_float(value), text.removesuffix(".0")
            )
        case list():
            return f"[{' '.join(map(go_text, value))}]"
        case dict():
            return f"map[{' '.join(f'{key}:{go_text(value[key])}' for key in sorted(value))}]"
    return str(value)
