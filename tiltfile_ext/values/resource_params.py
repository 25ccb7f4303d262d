"""The name and the labels of a resource, as parameters of the built-ins that make resources."""

from collections.abc import Callable, Sequence
from typing import Annotated

from tiltfile_ext.starkit import Blob, Thread, Unpack, UnpackError, as_text, type_name
from tiltfile_ext.values.labels import check_label
from tiltfile_ext.values.names import check_name


def _text(value: object) -> str:
    text = as_text(value)
    if text is None:
        raise UnpackError(f"Value should be convertible to string, but is type {type_name(value)}")
    return text


def _checked(value: object, check: Callable[[str], None]) -> str:
    text = value if type(value) is str else _text(value)
    try:
        check(text)
    except ValueError as error:
        raise UnpackError(str(error)) from None
    return text


def _resource_name(_: Thread, value: object) -> str:
    return _checked(value, check_name)


def _label_set(_: Thread, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if type(value) is str:
        return (_label(value),)
    if not isinstance(value, (list, tuple)):
        raise UnpackError(
            f"value should be a label or List or Tuple of labels, but is of type {type_name(value)}"
        )
    return tuple(dict.fromkeys(map(_label, value)))


def _label(value: object) -> str:
    return _checked(value, check_label)


ResourceName = Annotated[str, Unpack(_resource_name, "string or blob, without / and %", str | Blob)]
LabelSet = Annotated[
    tuple[str, ...],
    Unpack(_label_set, "label, list or tuple of labels, or None", str | Sequence[str | Blob] | None),
]
