"""Values on their way between a Tiltfile and Python.

The interpreter hands over strings, numbers, lists and string-keyed dicts, and forgets the rest: a tuple
becomes a list, NaN becomes None, a function is refused. So the prelude sends JSON text in which an
object with the key "$" says what JSON cannot, and "ref" points at an object passed beside the text.
Answers go back the same way. See ``prelude/crossing.star`` for the other half.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit._odd_names import MARK, written_name
from tiltfile_ext.starkit._stray_bytes import inward, outward
from tiltfile_ext.starkit._types import (
    Blob,
    Environ,
    FrozenDict,
    Function,
    ModuleValue,
    StarlarkSet,
    StarlarkValue,
    Struct,
)

if TYPE_CHECKING:
    from decimal import Decimal
    from typing import TypeAlias

    MakeFunction: TypeAlias = Callable[[str, bool, str], Function]

_scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

#: answers that need no text; the interpreter is slow to convert bools, and slower for None
ANSWER_NONE, ANSWER_FALSE, ANSWER_TRUE = (), 0, 1

#: the JSON reader of the interpreter gives up at 128; a value may take three levels
_LEVELS, _PLAIN_LEVELS = 40, 100
_SMALL = 1 << 62
#: decimals of a zero that Python writes without an exponent, and none
_MOST_SOURCES = 7


class UnknownValue(StarlarkValue):
    """A value of a type that no built-in takes; kept for the error message."""

    def __init__(self, name: str, text: str) -> None:
        self.starlark_type = name  # type: ignore[misc]  # one class for all such types
        self.go_type = _GO_TYPES.get(name, name)  # type: ignore[misc]
        self.text = text

    def __str__(self) -> str:
        return self.text


class _MadeModule(ModuleValue):
    """The value of ``module(...)``, which is another type in Go than a namespace is."""

    __slots__ = ()
    go_type = "*starlarkstruct.Module"


_GO_TYPES = {
    "bytes": "starlark.Bytes",
    "bytes.elems": "starlark.bytesIterable",
    "string.elems": "starlark.stringElems",
    "string.codepoints": "starlark.stringCodepoints",
}


class EmptyBlobs:
    """Where empty blobs came from.

    A blob must be false when it is empty, and only a zero Decimal is. The number of its decimals says
    which source it has. Past six, Python writes a zero with an exponent, which the interpreter cannot read;
    then the source is forgotten.
    """

    def __init__(self) -> None:
        self._sources = [""]

    def number(self, blob: Blob) -> Decimal:
        """The stand-in for an empty *blob*."""
        from decimal import Decimal  # seldom needed, and slow to import

        if blob.source not in self._sources:
            if len(self._sources) == _MOST_SOURCES:
                return Decimal(0)
            self._sources.append(blob.source)
        return Decimal((0, (0,), -self._sources.index(blob.source)))

    def blob(self, number: Decimal) -> Blob:
        """The blob that *number* stands for."""
        return Blob("", self._sources[-int(number.as_tuple().exponent)])


class Crossing:
    """Converts the arguments and answers of one load."""

    def __init__(
        self, opaque: Callable[[object], object], function: MakeFunction, environ: Mapping[str, str]
    ) -> None:
        """Args: opaque: wraps a Python object for the interpreter; function: makes a kept function."""
        self._opaque = opaque
        self._function = function
        self._environ = environ
        self._empty = EmptyBlobs()
        #: the objects that a Tiltfile knows by number, and their numbers by id()
        self.held: list[StarlarkValue] = []
        self._numbers: dict[int, int] = {}

    # ---- arguments ------------------------------------------------------------------------------

    def arguments(self, text: str, refs: Sequence[object]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments of a call."""
        args, kwargs = _scan(text if text.isascii() else outward(text), 0)[0]
        if MARK in text:
            kwargs = {written_name(name): value for name, value in kwargs.items()}
        if refs:
            decode = self._decode
            args = [decode(value, refs) for value in args]
            kwargs = {name: decode(value, refs) for name, value in kwargs.items()}
        return args, kwargs

    def value(self, text: str, refs: Sequence[object]) -> Any:
        """One value, as a kept function returns it."""
        return self._decode(_scan(outward(text), 0)[0], refs)

    def _decode(self, value: Any, refs: Sequence[object]) -> Any:
        if type(value) is list:
            return [self._decode(item, refs) for item in value]
        if type(value) is not dict:
            return value
        if "$" not in value:
            return {key: self._decode(item, refs) for key, item in value.items()}
        return self._special(value["$"], value["v"], refs)

    def _special(self, kind: str, value: Any, refs: Sequence[object]) -> Any:  # noqa: C901, PLR0911  # ditto
        match kind:
            case "ref":
                return self.reference(refs[value - 1])
            case "json":
                return self.value(refs[value - 1], refs)
            case "tuple":
                return tuple(self._decode(item, refs) for item in value)
            case "dict":
                return {self._key(key, refs): self._decode(item, refs) for key, item in value}
            case "float":
                return float(value)
            case "held":
                return self.held[value]
            case "struct":
                return Struct({name: self._decode(item, refs) for name, item in value})
            case "set":
                return StarlarkSet([self._decode(item, refs) for item in value])
            case "range":
                return range(*map(int, value[len("range(") : -1].split(",")))
            case "environ":
                return Environ(dict(self._environ))
            case "module":
                return _MadeModule(value) if value.startswith("<") else ModuleValue(value)
            case "function":
                return self._function(*value)
        return UnknownValue(*value)

    def _key(self, key: Any, refs: Sequence[object]) -> Any:
        decoded = self._decode(key, refs)
        try:
            hash(decoded)
        except TypeError:  # a struct hashes in a Tiltfile, not here
            return UnknownValue(decoded.starlark_type, str(decoded))
        return decoded

    def reference(self, value: object) -> object:
        """An argument that crossed by itself."""
        if type(value).__name__ == "Decimal":
            return self._empty.blob(value)  # type: ignore[arg-type]
        return value

    # ---- answers --------------------------------------------------------------------------------

    def answer(self, value: object) -> object:
        """What the prelude turns back into *value*."""
        if value is None:
            return ANSWER_NONE
        if type(value) is str:
            return inward(value)
        if type(value) is bool:
            return ANSWER_TRUE if value else ANSWER_FALSE
        if isinstance(value, StarlarkValue) and not _has_names(value):
            return self._stand_in(value)
        return self.encoded(value)

    def encoded(self, value: object) -> list[object]:
        """*value* as JSON text and the objects that it refers to."""
        if _is_plain(value, 0):
            return [inward(_dump(value))]
        out: list[object] = [None]
        out[0] = inward(_dump(self._encode(value, out, 0)))
        if len(out) == 1:
            out.append(None)
        return out

    def _stand_in(self, value: StarlarkValue) -> object:
        if isinstance(value, Blob) and not value.text:
            return self._empty.number(value)
        return self._opaque(value)

    def _encode(self, value: Any, out: list[object], depth: int) -> Any:  # noqa: PLR0911  # one for each type
        if depth > _LEVELS:
            text = inward(_dump(self._encode(value, out, 0)))
            return {**_reference(text, out), "$": "json"}
        match value:
            case None | bool() | str():
                return value
            case int():
                return value if -_SMALL < value < _SMALL else _reference(value, out)
            case float():
                finite = value - value == 0
                return _reference(value, out) if finite else _mark("float", str(value))
            case list():
                return [self._encode(item, out, depth + 1) for item in value]
            case tuple():
                return _mark("tuple", [self._encode(item, out, depth + 1) for item in value])
            case range():
                return _mark("range", [value.start, value.stop, value.step])
            case dict() | Mapping():
                return self._encode_dict(value, out, depth)
            case set() | frozenset():
                return _mark("set", [self._encode(item, out, depth + 1) for item in value])
        return self._encode_object(value, out, depth)

    def _encode_dict(self, value: Mapping[Any, Any], out: list[object], depth: int) -> Any:
        pairs = [(key, self._encode(item, out, depth + 1)) for key, item in value.items()]
        if all(type(key) is str for key, _ in pairs) and _keeps_order(value):
            return dict(pairs)
        return _mark("dict", [[self._encode(key, out, depth + 1), item] for key, item in pairs])

    def _encode_object(self, value: object, out: list[object], depth: int) -> Any:  # noqa: PLR0911  # ditto
        match value:
            case StarlarkSet():
                return _mark("set", [self._encode(item, out, depth + 1) for item in value.elements])
            case Struct():
                pairs = [[name, self._encode(item, out, depth + 1)] for name, item in value.fields.items()]
                return _mark("struct", pairs)
            case Environ():
                return _mark("environ", None)
            case FrozenDict():
                elements = self._encode(dict(value.elements), out, depth + 1)
                return _mark("frozen", [_reference(self._opaque(value), out)["v"], elements])
        if not isinstance(value, StarlarkValue):
            raise TypeError(f"a built-in returned a {type(value).__qualname__}, which no Tiltfile can hold")
        if not _has_names(value):
            return _reference(self._stand_in(value), out)
        fields = {n: self._encode(getattr(value, n), out, depth + 1) for n in value.starlark_attributes}
        if value.starlark_hashable:
            return _mark("held", [self._hold(value), value.starlark_type, bool(value), fields])
        handle = _reference(self._opaque(value), out)["v"]
        return _mark("object", [handle, value.starlark_type, fields, list(value.starlark_methods)])

    def _hold(self, value: StarlarkValue) -> int:
        """The number of *value*: an object itself has no hash in the interpreter."""
        number = self._numbers.setdefault(id(value), len(self.held))
        if number == len(self.held):
            self.held.append(value)
        return number

    def rewrap(self, refs: Sequence[object]) -> list[object]:
        """Objects that came out of one file, on their way into another."""
        return [self._opaque(ref) if isinstance(ref, StarlarkValue) else ref for ref in refs]


def _has_names(value: StarlarkValue) -> bool:
    named = value.starlark_attributes or value.starlark_methods or value.starlark_hashable
    return bool(named) or isinstance(value, (Struct, StarlarkSet, Environ, FrozenDict))


def _mark(kind: str, value: object) -> dict[str, Any]:
    return {"$": kind, "v": value}


def _reference(value: object, out: list[object]) -> dict[str, Any]:
    out.append(value)
    return _mark("ref", len(out) - 1)


def _is_plain(value: object, depth: int) -> bool:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return -_SMALL < value < _SMALL  # type: ignore[operator]
    if depth > _PLAIN_LEVELS:
        return False
    if kind is list:
        return all(_is_plain(item, depth + 1) for item in value)  # type: ignore[attr-defined]
    return (
        kind is dict
        and all(type(key) is str and _is_plain(item, depth + 1) for key, item in value.items())  # type: ignore[attr-defined]
        and _keeps_order(value)  # type: ignore[arg-type]
    )


def _keeps_order(value: Mapping[str, object]) -> bool:
    """Whether a JSON object can say it: the interpreter's reader sorts the keys, and "$" is ours."""
    return "$" not in value and list(value) == sorted(value)
