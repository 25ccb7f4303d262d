"""Types of the Kubernetes API that decode themselves: quantities, times, ports that may be names.

Facts: k8s.io/apimachinery, as Tilt 0.37.6 uses it. An error of theirs ends the decoding at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tiltfile_ext.starkit._types import quote
from tiltfile_ext.values.json_go import string_text
from tiltfile_ext.values.k8s_fields import Fault, FieldType, NumberField, Place, json_kind, number_text
from tiltfile_ext.values.quantity import QuantityError, canonical


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


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[-+]\d\d:\d\d)")


class TimeField(FieldType):
    """``metav1.Time`` and ``metav1.MicroTime``: RFC 3339, written in UTC."""

    def __init__(self, go: str, layout: str, timespec: str) -> None:
        self.go = go
        self._layout = layout
        self._timespec = timespec

    def fits(self, value: Any) -> bool:
        return type(value) is str and _instant(value) is not None

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        if type(value) is not str:
            yield at.mismatch(json_kind(value), "string", final=True)
        elif _instant(value) is None:
            shown = f"{quote(value)} as {quote(self._layout)}"
            yield Fault(f"parsing time {shown}: cannot parse {quote(value)} as {quote('2006')}", final=True)

    def written(self, value: Any) -> Any:
        instant = None if value is None else _instant(value)
        if instant is None:
            return None
        return instant.astimezone(UTC).isoformat(timespec=self._timespec).replace("+00:00", "Z")


def _instant(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.replace(",", "."))
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


#: the name after "!" in k8s_types.txt -> the type
SELF_DECODING: dict[str, FieldType] = {
    "FieldsV1": RawField("v1.FieldsV1"),
    "IntOrString": IntOrStringField(),
    "MicroTime": TimeField("v1.MicroTime", "2006-01-02T15:04:05.000000Z07:00", "microseconds"),
    "Quantity": QuantityField(),
    "RawExtension": RawField("runtime.RawExtension"),
    "Time": TimeField("v1.Time", "2006-01-02T15:04:05Z07:00", "seconds"),
}
