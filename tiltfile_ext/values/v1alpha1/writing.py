"""Write v1alpha1 objects as Tilt's JSON has them, and tell whether two are the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tiltfile_ext.values.go.durations import format_duration
from tiltfile_ext.values.v1alpha1.table import Field, fields_of

_SCALARS = {"str": "", "text": "", "path": "", "int": 0, "bool": False, "duration": 0}
_COLLECTIONS = {"map", "strings", "paths", "nothing"}
_SPECIAL_NAMES = {"component_id": "componentID", "icon_svg": "iconSVG"}


def written(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """*fields* of an object of *kind* in Tilt's field names and order."""
    found = {}
    for field in fields_of(kind):
        value = fields.get(field.name)
        if field.always or not is_empty(field, value):
            found[_json_name(field.name)] = _written(field, value)
    return found


def same(kind: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two objects of *kind* hold the same; what is left out is the same as what is empty."""
    return all(_same(field, one.get(field.name), other.get(field.name)) for field in fields_of(kind))


def is_empty(field: Field, value: Any) -> bool:
    """Whether *value* (None where it was left out) is what Go leaves out of JSON."""
    if field.type in _SCALARS or field.is_list or field.type in _COLLECTIONS:
        return value is None if field.type == "text" else not value
    return value is None


def _written(field: Field, value: Any) -> Any:
    if field.is_list:
        return None if value is None else [written(field.type, item) for item in value]
    if field.type == "duration":
        return format_duration(value or 0)
    if field.type in _SCALARS:
        return value or _SCALARS[field.type]
    if field.type == "map":
        return dict(sorted(value.items()))
    if field.type in _COLLECTIONS:
        return list(value) if value else None
    return written(field.type, value or {})


def _same(field: Field, one: Any, other: Any) -> bool:
    if field.is_list:
        ones, others = one or (), other or ()
        return len(ones) == len(others) and all(
            same(field.type, *pair) for pair in zip(ones, others, strict=True)
        )
    if field.type in _SCALARS or field.type in _COLLECTIONS:
        return (is_empty(field, one) and is_empty(field, other)) or one == other
    if not field.always and (one is None or other is None):
        return one is other
    return same(field.type, one or {}, other or {})


def _json_name(name: str) -> str:
    if name in _SPECIAL_NAMES:
        return _SPECIAL_NAMES[name]
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
