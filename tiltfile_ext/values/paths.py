"""Paths on this machine, as parameters of built-ins."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

from tiltfile_ext.starkit import (
    Blob,
    BuiltinError,
    StarlarkValue,
    Thread,
    Unpack,
    UnpackError,
    as_text,
    go_type,
    quote,
    sequence_of,
    type_name,
)


class PathValue(StarlarkValue):
    """Base of values that stand for a directory, such as a git repository."""

    __slots__ = ("base_path",)

    def __init__(self, base_path: str) -> None:
        self.base_path = base_path


def local_path(thread: Thread, value: object) -> str:
    """The absolute path that *value* means; a relative one starts at the executing file's directory."""
    if type(value) is str:
        return thread.absolute(value)
    if isinstance(value, PathValue):
        return value.base_path
    raise UnpackError(f"expected path | string. Actual type: {go_type(value)}")


def _local_path_list(thread: Thread, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, (list, tuple)):
        return _local_paths(thread, value)
    if as_text(value) is not None:
        return (local_path(thread, value),)
    raise UnpackError(
        f"value should be a string or List or Tuple of strings, but is of type {type_name(value)}"
    )


def _local_paths(thread: Thread, items: Iterable[object]) -> tuple[str, ...]:
    paths: list[str] = []
    try:
        for item in items:
            path = thread.absolute(item) if type(item) is str else local_path(thread, item)
            paths.append(path)  # one by one: an error says how far it came
    except UnpackError as error:
        raise UnpackError(f"unpacking list item at index {len(paths)}: {error}") from None
    return tuple(paths)


LocalPath = Annotated[str, Unpack(local_path, "string or git repository", str | PathValue)]
LocalPathList = Annotated[
    tuple[str, ...],
    Unpack(
        _local_path_list,
        "string, list or tuple of strings and git repositories, or None",
        str | Sequence[str | PathValue] | None,
    ),
]
# these are checked in the body, so that the argument counts before it is refused
AnyDirectory = Annotated[Any, Unpack(None, "string, git repository, or None", str | PathValue | None)]
AnyStrings = Annotated[
    Any, Unpack(None, "string, a sequence of strings, or None", str | Sequence[str] | None)
]
_CONTENTS = str | Blob | PathValue
AnyContents = Annotated[
    Any,
    Unpack(
        None,
        "path of a file, blob, git repository, a sequence of these, or None",
        _CONTENTS | Sequence[_CONTENTS] | None,
    ),
]


def patterns(value: Any, parameter: str) -> tuple[str, ...]:
    """File patterns (``ignore=``, ``only=``), checked in the body: a string, a sequence of them, or None.

    Raises:
        BuiltinError: not strings, or a pattern that spans lines.
    """
    found = []
    for pattern in each_string(value, parameter):
        if "\n" in pattern:
            raise BuiltinError(f"{parameter} cannot contain newlines; found {parameter}: {quote(pattern)}")
        found.append(pattern)
    return tuple(found)


def each_string(value: Any, parameter: str) -> Iterator[str]:
    """The strings that *value* is: one, those of a sequence, or none for None.

    Raises:
        BuiltinError: when it comes to one that is no string.
    """
    if value is None:
        return
    elements = sequence_of(value)
    for element in [value] if elements is None else elements:
        if type(element) is not str:
            raise BuiltinError(
                f"{parameter} must be a string or a sequence of strings; found a {go_type(element)}"
            )
        yield element
