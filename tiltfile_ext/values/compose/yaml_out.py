"""Writes a service as YAML, byte for byte as Tilt does.

Facts: gopkg.in/yaml.v3: four blanks a level, lists indented in mappings, no folding. A block inside a list
element starts behind its "- ", one inside that at the next multiple of four.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit._types import format_float
from tiltfile_ext.values.compose.kinds import Fields
from tiltfile_ext.values.compose.readers import Single
from tiltfile_ext.values.compose.scalars import Timestamp, stays_text
from tiltfile_ext.values.yaml import writer

_LEVEL = 4
_BEHIND_DASH = 2
_SPECIAL = pattern("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]| [\n\u2028\u2029]")


def write_service(service: Fields) -> str:
    """*service*: fields in their order, all other mappings sorted."""
    return "\n".join(_block(service, 0)) + "\n" if service else "{}\n"


def _block(value: Any, indent: int) -> Iterator[str]:
    """The lines of a mapping or list that is not empty, its keys or dashes at column *indent*."""
    pad = " " * indent
    if isinstance(value, dict):
        for key in value if isinstance(value, Fields) else writer.sorted_keys(value, _before):
            yield from _entry(f"{pad}{_key(key)}:", value[key], _next(indent))
    else:
        for element in value:
            yield from _element(pad, element, indent + _BEHIND_DASH)


def _next(indent: int) -> int:
    return _LEVEL * (indent // _LEVEL + 1)


def _entry(start: str, value: Any, indent: int) -> Iterator[str]:
    if isinstance(value, (dict, list)) and value:
        yield start
        yield from _block(value, indent)
    else:
        yield f"{start} {_scalar(value, indent)}"


def _element(pad: str, value: Any, indent: int) -> Iterator[str]:
    if isinstance(value, (dict, list)) and value:
        first, *rest = _block(value, indent)
        yield f"{pad}- {first[indent:]}"
        yield from rest
    else:
        yield f"{pad}- {_scalar(value, indent)}"


_WORDS = {None: "null", True: "true", False: "false"}


def _scalar(value: Any, indent: int) -> str:
    match value:
        case str():
            return _text(value, indent)
        case None | bool():
            return _WORDS[value]
        case float():
            return _float(value)
        case Timestamp():
            return value.iso
    return str(value)  # an int, or a list or mapping without elements


def _float(value: float) -> str:
    if isinstance(value, Single):
        value = value.shortest()
    text = format_float(value).removesuffix(".0")
    return {"+inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(text, text)


def _key(key: str) -> str:
    return writer.in_style(key, _style(key))


def _text(text: str, indent: int) -> str:
    style = _style(text)
    if style != "|":
        return writer.in_style(text, style)
    pad = " " * indent
    written = text.removeprefix("\n") if text != "\n" else ""  # the first line break is lost
    lines = (f"{pad}{line}" if line else "" for line in written.removesuffix("\n").split("\n") if written)
    return "\n".join([f"|{_hints(text)}", *lines])


def _hints(text: str) -> str:
    start = str(_LEVEL) if text[0] in " \n" else ""
    if not text.endswith("\n"):
        return start + "-"
    return start + ("+" if text == "\n" or text.endswith("\n\n") else "")


def _style(text: str) -> str:
    """How *text* is written: "" plain, "'", '"' or "|" for several lines."""
    special = _SPECIAL.search(text)
    if "\n" in text:
        return '"' if special or text.endswith(" ") else "|"
    if special or "\t" in text or not stays_text(text):
        return '"'
    quoted = (
        text[0] == " " or text[-1] == " " or writer.STARTS_BLOCK.match(text) or writer.INDICATES.search(text)
    )
    return "'" if quoted else ""


def _before(first: str, second: str, at: int) -> bool:
    """The order of keys, where a letter behind a digit comes first, not last."""
    a, b = first[at].isalpha(), second[at].isalpha()
    if a != b and at and first[at - 1].isdecimal():
        return a
    return writer.before(first, second, at)
