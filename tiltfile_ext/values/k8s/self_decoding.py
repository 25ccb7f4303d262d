"""Types of the Kubernetes API that decode themselves: quantities, times, ports that may be names.

Facts: k8s.io/apimachinery, as Tilt 0.37.6 uses it. An error of theirs ends the decoding at once.
"""

# ruff: noqa: D102, ARG002  # what the methods are for is said once, in FieldType

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from tiltfile_ext.starkit._types import quote
from tiltfile_ext.values.go.json import string_text
from tiltfile_ext.values.k8s.fields import (
    Fault,
    FieldType,
    ListField,
    NumberField,
    Place,
    StringField,
    json_kind,
    number_text,
)
from tiltfile_ext.values.k8s.quantity import QuantityError, canonical


class QuantityField(FieldType):
    """``resource.Quantity``: text or a number."""

    go = "resource.Quantity"
    zero = "0"

    def fits(self, value: Any) -> bool:
        return next(self.faults(value, Place()), None) is None

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        try:
            canonical(_quantity_text(value))
        except QuantityError as error:
            yield Fault(str(error), final=True)

    def written(self, value: Any) -> Any:
        return self.zero if value is None else canonical(_quantity_text(value))

    def is_empty(self, value: Any) -> bool:
        return False


def _quantity_text(value: Any) -> str:
    """The JSON text without its quotes: what Go parses as a quantity."""
    match value:
        case str():
            return string_text(value)[1:-1]
        case bool() | list() | dict():
            return "?"  # no JSON text of these is a quantity
    return number_text(value)


class IntOrStringField(FieldType):
    """``intstr.IntOrString``: a name, or a number of 32 bits."""

    go = "intstr.IntOrString"
    zero = 0
    _number = NumberField("int32", "int32")

    def fits(self, value: Any) -> bool:
        return type(value) is str or self._number.fits(value)

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        if not self.fits(value):
            (fault,) = self._number.faults(value, at)
            yield Fault(str(fault), final=True)

    def written(self, value: Any) -> Any:
        return 0 if value is None else value

    def is_empty(self, value: Any) -> bool:
        return False


_FRACTION, _ZONE = ".000000", "Z07:00"
#: the parts of Go's layout of RFC 3339, what fits them, and the numbers they may be
_LAYOUT = (
    ("2006", r"\d{4}", None), ("-", "-", None), ("01", r"\d\d", ("month", 1, 12)), ("-", "-", None),
    ("02", r"\d\d", ("day", 1, 31)), ("T", "T", None), ("15", r"\d\d", ("hour", 0, 23)), (":", ":", None),
    ("04", r"\d\d", ("minute", 0, 59)), (":", ":", None), ("05", r"\d\d", ("second", 0, 59)),
)  # fmt: skip


class TimeField(FieldType):
    """``metav1.Time`` and ``metav1.MicroTime``: RFC 3339, written in UTC.

    Args:
        go: the Go type.
        fraction: the part of Go's layout that millionths must fit; "" where any fraction may stand.
    """

    def __init__(self, go: str, fraction: str = "") -> None:
        self.go = go
        self._fraction = fraction

    def fits(self, value: Any) -> bool:
        return type(value) is str and self._fault(value) is None

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        if type(value) is not str:
            yield at.mismatch(json_kind(value), "string", final=True)
        elif (fault := self._fault(value)) is not None:
            yield Fault(fault, final=True)

    def _fault(self, text: str) -> str | None:
        """Why Go cannot parse *text* as a time."""
        rest = text
        for part, form, bounds in self._parts():
            found = re.match(form, rest, re.ASCII)
            if found is None:
                layout = f"2006-01-02T15:04:05{self._fraction}{_ZONE}"
                wrong = f"cannot parse {quote(rest)} as {quote(part)}"
                return f"parsing time {quote(text)} as {quote(layout)}: {wrong}"
            if bounds and not bounds[1] <= int(found.group()) <= bounds[2]:
                return f"parsing time {quote(text)}: {bounds[0]} out of range"
            rest = rest[found.end() :]
        if rest:
            return f"parsing time {quote(text)}: extra text: {quote(rest)}"
        return None if _instant(text) else f"parsing time {quote(text)}: day out of range"

    def _parts(self) -> Iterator[tuple[str, str, tuple[str, int, int] | None]]:
        yield from _LAYOUT
        yield (self._fraction, r"\.\d{6}", None) if self._fraction else ("", r"([.,]\d+)?", None)
        yield _ZONE, r"Z|[-+]\d\d:\d\d", None

    def written(self, value: Any) -> Any:
        instant = None if value is None else _instant(value)
        if instant is None:
            return None
        timespec = "microseconds" if self._fraction else "seconds"
        return instant.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")

    def is_empty(self, value: Any) -> bool:
        return value is None and not self._fraction  # Tilt sees to metav1.Time only


def _instant(text: str) -> datetime | None:
    """The time that *text* means; digits beyond millionths do not count."""
    try:
        return datetime.fromisoformat(re.sub(r"[.,](\d{1,6})\d*", r".\1", text))
    except ValueError:
        return None


class RawField(FieldType):
    """``runtime.RawExtension`` and ``metav1.FieldsV1``: kept as they are."""

    def __init__(self, go: str) -> None:
        self.go = go

    def fits(self, value: Any) -> bool:
        return True

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        yield from ()

    def is_empty(self, value: Any) -> bool:
        return False


class SchemaField(FieldType):
    """A JSON schema of a custom resource, or something else in its place.

    Args:
        go: the Go type.
        schema: gives the type of a schema; asked for when first needed.
        instead: what may stand there instead: "bool", "schemas" (a list of them) or "names".
    """

    def __init__(self, go: str, schema: Callable[[], FieldType], instead: str) -> None:
        self.go = go
        self._schema = schema
        self._instead = instead

    def fits(self, value: Any) -> bool:
        match value:
            case dict():
                return self._schema().fits(value)
            case list() if self._instead != "bool":
                return self._list.fits(value)
        return self._instead != "bool" or type(value) is bool

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        inside = Place(at.struct, at.path, pinned=True)
        if isinstance(value, dict):
            faults = list(self._schema().faults(value, inside))
        elif isinstance(value, list) and self._instead != "bool":
            faults = list(self._list.faults(value, inside))
        elif self.fits(value):
            faults = []
        else:
            faults = [Fault("boolean or JSON schema expected")]
        if faults:
            yield Fault(str(next((each for each in faults if each.final), faults[0])), final=True)

    @property
    def _list(self) -> FieldType:
        return ListField(StringField("string") if self._instead == "names" else self._schema())

    def written(self, value: Any) -> Any:
        match value:
            case dict():
                return self._schema().written(value)
            case [_, *_] if self._instead != "bool":
                return self._list.written(value)
            case bool() if self._instead == "bool":
                return value
        return False if self._instead == "bool" else None

    def is_empty(self, value: Any) -> bool:
        return False


_SCHEMA_OR = {"Array": "schemas", "Bool": "bool", "StringArray": "names"}


def self_decoding(name: str, schema: Callable[[], FieldType]) -> FieldType:
    """The type that the file of types calls "!NAME"; *schema* is that of JSON schemas in the same place."""
    instead = name.partition("SchemaPropsOr")[2]
    if instead:
        return SchemaField(f"v1.{name}", schema, _SCHEMA_OR[instead])
    return _SELF_DECODING[name]


#: the name after "!" in types.txt -> the type
_SELF_DECODING: dict[str, FieldType] = {
    "FieldsV1": RawField("v1.FieldsV1"),
    "IntOrString": IntOrStringField(),
    "JSON": RawField("v1.JSON"),
    "MicroTime": TimeField("v1.MicroTime", _FRACTION),
    "Quantity": QuantityField(),
    "RawExtension": RawField("runtime.RawExtension"),
    "Time": TimeField("v1.Time"),
}
