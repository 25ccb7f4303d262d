"""Durations as parameters of built-ins."""

from typing import Annotated

from tiltfile_ext.starkit import Thread, Unpack, UnpackError, type_name
from tiltfile_ext.values.go.durations import parse_duration


def _duration(_: Thread, value: object) -> int:
    if type(value) is not str:
        raise UnpackError(f"Expected string. Got: {type_name(value)}")
    try:
        return parse_duration(value)
    except ValueError as error:
        raise UnpackError(str(error)) from None


Duration = Annotated[int, Unpack(_duration, 'duration such as "1m30s"', str)]
