"""Read the fields of v1alpha1 objects from what a Tiltfile gives.

Fields that were read are a dict, by the Tiltfile's names, of those that were given: text, numbers and
tuples of strings as they are; paths absolute; an object is such a dict, and a list a list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from tiltfile_ext.starkit import (
    StringList,
    StringMap,
    Thread,
    UnpackError,
    type_name,
)
from tiltfile_ext.values.paths import LocalPath
from tiltfile_ext.values.v1alpha1.table import Field, fields_of
from tiltfile_ext.values.v1alpha1.value import ApiValue

Fields = dict[str, Any]


def read_fields(thread: Thread, kind: str, given: Mapping[Any, Any]) -> Fields:
    """The fields of an object of *kind* from a dict.

    Raises:
        UnpackError: a field that *kind* does not have, or a value that the field cannot hold.
    """
    known = {field.name: field for field in fields_of(kind)}
    return {_key(key): _read(thread, known.get(key), key, value) for key, value in given.items()}


def read_object(thread: Thread, kind: str, value: object) -> Fields:
    """The fields of an object of *kind* from a value of that kind, or a dict.

    Raises:
        UnpackError: it is neither, or a field cannot be read.
    """
    if isinstance(value, ApiValue) and value.kind == kind:
        return dict(value.fields)
    if type(value) is not dict:
        raise UnpackError(f"expected dict, actual: {type_name(value)}")
    return read_fields(thread, kind, value)


def read_objects(thread: Thread, kind: str, value: object) -> list[Fields]:
    """The fields of each object in a list.

    Raises:
        UnpackError: it is no list, or an object cannot be read.
    """
    if type(value) is not list:
        raise UnpackError(f"expected list, actual: {type_name(value)}")
    found = []
    for index, item in enumerate(value):
        try:
            found.append(read_object(thread, kind, item))
        except UnpackError as error:
            raise UnpackError(f"at index {index}: {error}") from None
    return found


def _key(key: object) -> str:
    if type(key) is not str:
        raise UnpackError(f"key must be string. Got: {type_name(key)}")
    return key


def _read(thread: Thread, field: Field | None, key: object, value: Any) -> Any:
    if field is None or field.type == "nothing":
        raise UnpackError(f"Unexpected attribute name: {_key(key)}")
    scalar = _SCALARS.get(field.type)
    if scalar is not None:
        return scalar(value)
    try:
        return _read_nested(thread, field, value)
    except UnpackError as error:
        raise UnpackError(f"unpacking {field.name}: {error}") from None


def _read_nested(thread: Thread, field: Field, value: Any) -> Any:
    convert = _CONVERTERS.get(field.type)
    if convert is not None:
        return convert(thread, value)
    read = read_objects if field.is_list else read_object
    return read(thread, field.type, value)


def _string(value: Any) -> str:
    if type(value) is str:
        return value
    raise UnpackError(f"Expected string, actual: {type_name(value)}")


def _bool(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise UnpackError(f"Expected bool, got: {type_name(value)}")


def _int32(value: Any) -> int:
    if type(value) is not int:
        raise UnpackError(f"Expected int, got: got {type_name(value)}, want int")
    if not -(2**31) <= value < 2**31:
        raise UnpackError(f"Expected int, got: {value} out of range")
    return value


_SCALARS: dict[str, Callable[[Any], Any]] = {"str": _string, "text": _string, "bool": _bool, "int": _int32}
_CONVERTERS: dict[str, Callable[[Thread, Any], Any]] = {
    name: get_args(alias)[1].converter
    for name, alias in (("map", StringMap), ("path", LocalPath), ("strings", StringList))
}
