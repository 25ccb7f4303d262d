"""Kinds of values in a compose file: what each accepts, and what it makes of it.

A kind does two things at two times: `Kind.problems` looks at the file as it was written (what the
compose specification calls its schema), `Kind.read` makes the final value of the long form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any, Self

from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.scalars import Timestamp

#: where a problem is, and what it is
Problem = tuple[tuple[str, ...], str]
Read = Callable[[Any], Any]

#: where the "x-…" fields of a mapping are kept after loading
EXTENSIONS = "#extensions"

_OBJECT, _ARRAY = "object", "array"
_NAMES_IN_WORDS = {_OBJECT: "mapping"}


_TYPES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    str: "string",
    Timestamp: "string",
    list: _ARRAY,
}


def type_of(value: Any) -> str:
    """The JSON type of *value*; a whole float is an integer."""
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    return _TYPES.get(type(value), _OBJECT)


def same(value: Any) -> Any:
    """*value* as it is."""
    return value


class Kind:
    """Values of some JSON types, kept as they are unless *read* says otherwise.

    Args:
        types: names of JSON types, blank between them; "number" includes integers.
        read: makes the final value; raises ComposeError.
        choices: the only texts allowed.
        limits: smallest and largest integer.
        pattern: what a text must contain.
    """

    def __init__(
        self,
        types: str,
        read: Read = same,
        *,
        choices: Sequence[str] = (),
        limits: tuple[float, float] = (float("-inf"), float("inf")),
        pattern: str = "",
    ) -> None:
        self.types = frozenset(types.split())
        self.read = read
        self._choices = choices
        self._limits = limits
        self._pattern = re.compile(pattern)
        self._kept = False
        self.absent: Any = None

    def accepts(self, value: Any) -> bool:
        """Whether *value* has one of the types."""
        found = type_of(value)
        return found in self.types or (found == "integer" and "number" in self.types)

    def problems(self, value: Any, path: tuple[str, ...] = ()) -> Iterator[Problem]:
        """What is wrong with *value*, as written in the file."""
        if not self.accepts(value):
            yield path, f"must be a {_in_words(self.types)}"
        elif isinstance(value, str):
            if self._choices and value not in self._choices:
                yield path, f"value must be one of {', '.join(map(repr, self._choices))}"
            if not self._pattern.search(value):
                yield path, f"'{value}' does not match pattern '{self._pattern.pattern}'"
        elif isinstance(value, (int, float)):
            yield from self._limited(value, path)

    def _limited(self, value: float, path: tuple[str, ...]) -> Iterator[Problem]:
        smallest, largest = self._limits
        if value < smallest:
            yield path, f"must be greater than or equal to {smallest:g}"
        if value > largest:
            yield path, f"must be less than or equal to {largest:g}"

    def is_empty(self, value: Any) -> bool:
        """Whether the final *value* is left out when the service is written."""
        return value is None if self._kept else not value

    def reading(self, read: Read) -> Self:
        """This kind with another final value."""
        made = copy(self)
        made.read = read
        return made

    def kept(self, absent: Any = None) -> Self:
        """This kind, written even if it is empty; *absent* is the value of one that is not there."""
        made = copy(self)
        vars(made).update(_kept=True, absent=absent)
        return made


def _in_words(types: frozenset[str]) -> str:
    *first, last = sorted(_NAMES_IN_WORDS.get(name, name) for name in types)
    return f"{', '.join(first)} or {last}" if first else last


class ListOf(Kind):
    """A list of *item*; with *unique* no two the same."""

    def __init__(self, item: Kind, *, unique: bool = False, read: Read | None = None) -> None:
        super().__init__(_ARRAY, read or self._read_items)
        self._item = item
        self._unique = unique

    def problems(self, value: Any, path: tuple[str, ...] = ()) -> Iterator[Problem]:
        """What is wrong with the list or with an element."""
        yield from super().problems(value, path)
        if not isinstance(value, list):
            return
        for index, element in enumerate(value):
            yield from self._item.problems(element, (*path, str(index)))
        if self._unique and _has_duplicates(value):
            yield path, "items are not unique"

    def _read_items(self, value: Any) -> Any:
        return [self._item.read(element) for element in as_list(value)]


def _has_duplicates(values: list[Any]) -> bool:
    """Whether two are the same; a bool is no number."""
    seen = [(type_of(value), str(value) if isinstance(value, Timestamp) else value) for value in values]
    return any(value in seen[:index] for index, value in enumerate(seen))


class MapOf(Kind):
    """A mapping from names to *item*; with *closed* only of names that match *names*."""

    def __init__(
        self,
        item: Kind,
        *,
        names: str = ".+",
        closed: bool = True,
        types: str = _OBJECT,
        read: Read | None = None,
    ) -> None:
        super().__init__(types, read or self._read_items)
        self._item = item
        self._names = re.compile(names)
        self._closed = closed

    def problems(self, value: Any, path: tuple[str, ...] = ()) -> Iterator[Problem]:
        """What is wrong with the mapping, a name or a value."""
        yield from super().problems(value, path)
        if not isinstance(value, dict):
            return
        for name, element in value.items():
            if self._names.search(name):
                yield from self._item.problems(element, (*path, name))
            elif self._closed:
                yield (*path, ""), f"additional properties '{name}' not allowed"

    def _read_items(self, value: Any) -> Any:
        return {name: self._item.read(element) for name, element in (value or {}).items()}


class Fields(dict[str, Any]):
    """The final value of a record: its fields are in the order that they are written in."""


class Record(Kind):
    """A mapping of known *fields*, and extensions ("x-…"), in the order that Tilt writes them.

    Args:
        required: fields that must be there.
        extensible: whether "x-…" is allowed.
        optional: whether an empty one is still written.
        types: JSON types besides "object".
    """

    def __init__(
        self,
        fields: Mapping[str, Kind],
        *,
        required: Sequence[str] = (),
        extensible: bool = True,
        optional: bool = True,
        types: str = "",
        strict: bool = True,
    ) -> None:
        super().__init__(f"{_OBJECT} {types}", self._read_fields)
        self._fields = fields
        self._required = required
        self._extensible = extensible
        self._optional = optional
        self._strict = strict

    def problems(self, value: Any, path: tuple[str, ...] = ()) -> Iterator[Problem]:
        """What is wrong with the mapping or a field."""
        yield from super().problems(value, path)
        if not isinstance(value, dict):
            return
        for name in self._required:
            if name not in value:
                yield path, f"missing property '{name}'"
        for name, element in value.items():
            if name in self._fields:
                yield from self._fields[name].problems(element, (*path, name))
            elif self._strict and not (self._extensible and name.startswith("x-")):
                yield (*path, ""), f"additional properties '{name}' not allowed"

    def _read_fields(self, value: Any) -> Any:
        """The fields that are not empty, then the extensions."""
        if value is None:
            return None
        if not isinstance(value, dict):
            raise ComposeError(f"expected a map, got {type_of(value)}")
        made = Fields()
        for name, kind in self._fields.items():
            field = kind.read(value[name]) if name in value else kind.absent
            if not kind.is_empty(field):
                made[name] = field
        made.update(sorted(value.get(EXTENSIONS, {}).items()))
        return made

    def ordered(self, fields: Fields) -> Fields:
        """*fields* in their order, the extensions last."""
        known = [name for name in self._fields if name in fields]
        return Fields(
            {name: fields[name] for name in [*known, *(n for n in fields if n not in self._fields)]}
        )

    def is_empty(self, value: Any) -> bool:
        """A record that may be absent is written even when it is empty."""
        return value is None or (not self._optional and not value)


class OneOf(Kind):
    """Exactly one of several kinds; read by the first that has the value's type, or by *read*."""

    def __init__(self, *kinds: Kind, read: Read | None = None) -> None:
        types = " ".join(name for kind in kinds for name in kind.types)
        super().__init__(types, read or self._read_as)
        self._kinds = kinds

    def problems(self, value: Any, path: tuple[str, ...] = ()) -> Iterator[Problem]:
        """The problems of the kind that has the value's type."""
        fitting = [kind for kind in self._kinds if kind.accepts(value)]
        if fitting:
            yield from fitting[0].problems(value, path)
        else:
            yield path, f"must be a {_in_words(self.types)}"

    def _read_as(self, value: Any) -> Any:
        for kind in self._kinds:
            if kind.accepts(value):
                return kind.read(value)
        return None


def as_list(value: Any) -> list[Any]:
    """*value*, a list or nothing.

    Raises:
        ComposeError: it is something else.
    """
    if value is None or isinstance(value, list):
        return value or []
    raise ComposeError(f"source data must be an array or slice, got {type_of(value)}")
