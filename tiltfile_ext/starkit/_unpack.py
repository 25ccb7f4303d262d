"""Converters: how a Starlark argument becomes the Python value that a body works with.

A converter takes the thread and the value and returns the converted value, or raises `UnpackError` with
the detail only ("got int, want string"); the binder adds the built-in and the parameter. A parameter's
annotation names its converter: ``bool``, ``str``, ``int``, ``float``, ``list``, ``dict``, ``Any`` (kept as it
is), a class (an instance of it), or an alias ``Annotated[T, Unpack(converter)]``. The words are those of
Tilt 0.37.6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from tiltfile_ext.starkit._errors import UnpackError
from tiltfile_ext.starkit._types import (
    Blob,
    Environ,
    FrozenDict,
    Function,
    StarlarkSet,
    StarlarkValue,
    go_type,
    quote,
    starlark_str,
    type_name,
)

if TYPE_CHECKING:
    from tiltfile_ext.starkit._thread import Thread

Converter = Callable[["Thread", Any], Any]


class Unpack:
    """Names the converter of a type alias: ``LocalPath = Annotated[str, Unpack(local_path)]``.

    Args:
        converter: see the module's docstring.
            None keeps the value as it is, for parameters that the body checks.
        accepts: what a Tiltfile's author may write, in words, for the reference page.
        takes: the same as a type, for editors; Any says nothing.
    """

    __slots__ = ("accepts", "converter", "takes")

    def __init__(self, converter: Converter | None, accepts: str = "", takes: object = Any) -> None:
        self.converter = converter
        self.accepts = accepts
        self.takes = takes


def _unpack_string(_: Thread, value: object) -> str:
    if type(value) is str:
        return value
    raise UnpackError(f"got {type_name(value)}, want string")


def _unpack_bool(_: Thread, value: object) -> bool:
    if type(value) is bool:
        return value
    raise UnpackError(f"got {type_name(value)}, want bool")


def _unpack_int(_: Thread, value: object) -> int:
    if type(value) is not int:
        raise UnpackError(f"got {type_name(value)}, want int")
    if not -(2**63) <= value < 2**63:
        raise UnpackError(f"{value} out of range (want value in signed 64-bit range)")
    return value


def _unpack_float(_: Thread, value: object) -> float:
    if type(value) in (int, float):
        return float(value)  # type: ignore[arg-type]
    raise UnpackError(f"got {type_name(value)}, want float")


def _unpack_list(_: Thread, value: object) -> list[Any]:
    if type(value) is list:
        return value
    raise UnpackError(f"got {type_name(value)}, want list")


def _unpack_dict(_: Thread, value: object) -> dict[Any, Any]:
    if type(value) is dict:
        return value
    raise UnpackError(f"got {type_name(value)}, want dict")


def _unpack_function(_: Thread, value: object) -> Function:
    if isinstance(value, Function) and not value.builtin:
        return value
    raise UnpackError(f"got {type_name(value)}, want function")


def instance_of(kind: type[StarlarkValue]) -> Converter:
    """A converter that takes only values of *kind*."""

    def unpack(_: Thread, value: object) -> object:
        if isinstance(value, kind):
            return value
        raise UnpackError(f"got {go_type(value)}, want {kind.starlark_type}")

    return unpack


def or_none(converter: Converter) -> Converter:
    """A converter that also takes None, as it is."""

    def unpack(thread: Thread, value: object) -> object:
        return None if value is None else converter(thread, value)

    return unpack


def _unpack_stringable(_: Thread, value: object) -> str:
    if type(value) is str:
        return value
    if isinstance(value, Blob):
        return value.text
    raise UnpackError(f"Value should be convertible to string, but is type {type_name(value)}")


def _unpack_optional_string(_: Thread, value: object) -> str | None:
    if value is None or type(value) is str:
        return value
    raise UnpackError(f"expected starlark.String or None, got {go_type(value)}")


def _unpack_optional_bool(_: Thread, value: object) -> bool | None:
    if value is None or type(value) is bool:
        return value
    raise UnpackError(f"expected starlark.Bool or None, got {go_type(value)}")


def _unpack_int32(_: Thread, value: object) -> int:
    if type(value) is not int:
        raise UnpackError(f"got {type_name(value)}, want int")
    if not -(2**31) <= value < 2**31:
        raise UnpackError(f"value out of range for int32: {value}")
    return value


def as_text(value: object) -> str | None:
    """The text of a string or blob; None for anything else."""
    if type(value) is str:
        return value
    return value.text if isinstance(value, Blob) else None


def _text_items(value: Iterable[object], where: str) -> tuple[str, ...]:
    items = []
    for element in value:
        text = as_text(element)
        if text is None:
            shown = quote(starlark_str(element))
            raise UnpackError(
                f"{where} should contain only strings, but element {shown} was of type {type_name(element)}"
            )
        items.append(text)
    return tuple(items)


def _unpack_string_list(_: Thread, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise UnpackError(f"value should be a List or Tuple of strings, but is of type {type_name(value)}")
    return _text_items(value, "value")


def _unpack_string_or_string_list(_: Thread, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    text = as_text(value)
    if text is not None:
        return (text,)
    if not isinstance(value, (list, tuple)):
        raise UnpackError(
            f"value should be a string or List or Tuple of strings, but is of type {type_name(value)}"
        )
    return _text_items(value, "list")


def _unpack_string_map(_: Thread, value: object) -> Mapping[str, str]:
    if value is None:
        return {}
    if type(value) is not dict:
        raise UnpackError(f"expected dict, got {go_type(value)}")
    result = {}
    for key, item in value.items():
        name, text = as_text(key), as_text(item)
        if name is None:
            raise UnpackError(f"key is not a string: {go_type(key)} ({starlark_str(key)})")
        if text is None:
            raise UnpackError(f"value is not a string: {go_type(item)} ({starlark_str(item)})")
        result[name] = text
    return result


def sequence_of(value: object) -> list[Any] | None:
    """The elements of a list, tuple, dict (keys), set, range or os.environ (names); None for others."""
    match value:
        case list() | tuple() | range():
            return list(value)
        case dict():
            return list(value)
        case FrozenDict():
            return list(value.elements)
        case StarlarkSet():
            return list(value.elements)
        case Environ():
            return list(value.variables)
    return None


def _unpack_sequence(_: Thread, value: object) -> list[Any]:
    elements = sequence_of(value)
    if elements is None:
        raise UnpackError(f"got {type_name(value)}, want starlark.Sequence")
    return elements


def strings_of(elements: Iterable[object]) -> tuple[str, ...]:
    """*elements*, all strings; a blob is none. Raises UnpackError otherwise."""
    for element in elements:
        if type(element) is not str:
            raise UnpackError(f"'{starlark_str(element)}' is a {go_type(element)}, not a string")
    return tuple(elements)  # type: ignore[arg-type]


def _unpack_string_sequence(_: Thread, value: object) -> list[str]:
    elements = sequence_of(value)
    if elements is None:
        raise UnpackError(f"'{starlark_str(value)}' is a {go_type(value)}, not a sequence")
    return list(strings_of(elements))


# What they take as types. A list that may be changed is of one type only, so that each kind is named: a
# general sequence would let a bare string pass.
_TEXT = str | Blob
_TEXTS = list[str] | list[str | Blob] | tuple[str | Blob, ...] | None
_STRINGS = list[str] | tuple[str, ...] | dict[str, Any] | set[str]

Stringable = Annotated[str, Unpack(_unpack_stringable, "string or blob", _TEXT)]
OptionalString = Annotated[str | None, Unpack(_unpack_optional_string, "string or None", str | None)]
OptionalBool = Annotated[bool | None, Unpack(_unpack_optional_bool, "bool or None", bool | None)]
Int32 = Annotated[int, Unpack(_unpack_int32, "int of 32 bits", int)]
StringList = Annotated[
    tuple[str, ...], Unpack(_unpack_string_list, "list or tuple of strings, or None", _TEXTS)
]
StringOrStringList = Annotated[
    tuple[str, ...],
    Unpack(_unpack_string_or_string_list, "string, list or tuple of strings, or None", _TEXT | _TEXTS),
]
StringMap = Annotated[
    Mapping[str, str],
    Unpack(_unpack_string_map, "dict of strings, or None", Mapping[str, str | Blob] | None),
]
Sequence = Annotated[
    list[Any],
    Unpack(_unpack_sequence, "sequence", list[Any] | tuple[Any, ...] | dict[Any, Any] | set[Any] | range),
]
StringSequence = Annotated[list[str], Unpack(_unpack_string_sequence, "sequence of strings", _STRINGS)]

#: annotation -> (converter, what the reference page says it takes)
PLAIN: dict[object, tuple[Converter | None, str]] = {
    str: (_unpack_string, "string"),
    bool: (_unpack_bool, "bool"),
    int: (_unpack_int, "int"),
    float: (_unpack_float, "float"),
    list: (_unpack_list, "list"),
    dict: (_unpack_dict, "dict"),
    Function: (_unpack_function, "function"),
    Any: (None, "any value"),
    object: (None, "any value"),
}

#: converter -> the type whose values it always returns as they are, so that it need not be asked
KEPT: dict[Converter | None, type] = {
    _unpack_string: str,
    _unpack_stringable: str,
    _unpack_optional_string: str,
    _unpack_bool: bool,
    _unpack_optional_bool: bool,
    _unpack_list: list,
    _unpack_dict: dict,
}
