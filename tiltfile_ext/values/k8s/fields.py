"""How Go decodes JSON into the fields of a Kubernetes type, and writes them again.

A field type answers three questions about a value of plain data (what JSON holds):

    fits(value)       is it good? Fast, for the usual case.
    faults(value, at) why not, in Go's words, in the order in which Go finds them.
    written(value)    what Go writes for it; `zero` where it is missing.

null fits everywhere. Fields that a struct does not know are dropped. Facts: sigs.k8s.io/json (decoding) and
json-iterator (writing), as Tilt 0.37.6 uses them.
"""

# ruff: noqa: D102, ARG002  # what the methods are for is said once, in FieldType

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.go.json import INT64_MAX, INT64_MIN, float_text

OMIT: Any = object()


class Fault(Exception):  # noqa: N818  # a finding, not raised
    """What is wrong with a value; *final* ends the decoding, others wait until all is read."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


class Place:
    """Where a value stands: the innermost struct, and the names on the way from the root.

    A type that decodes itself decodes what is inside with a decoder of its own; messages then name the struct
    outside: ``pinned``.
    """

    __slots__ = ("path", "pinned", "struct")

    def __init__(self, struct: str = "", path: tuple[str, ...] = (), *, pinned: bool = False) -> None:
        self.struct = struct
        self.path = path
        self.pinned = pinned

    def field(self, struct: str, path: str) -> Place:
        """The place of a field of *struct*, which stands here."""
        return Place(self.struct if self.pinned else struct, (*self.path, path), pinned=self.pinned)

    def mismatch(self, found: str, wanted: str, *, final: bool = False) -> Fault:
        """A value of another type than the Go type *wanted*."""
        where = f"struct field {self.struct}.{'.'.join(self.path)}" if self.path else "value"
        return Fault(f"json: cannot unmarshal {found} into Go {where} of type {wanted}", final=final)


class FieldType:
    """Base of field types.

    Attributes:
        go: the Go type's name.
        zero: what Go writes where the field is missing and not left out.
    """

    go = "interface {}"
    zero: Any = None

    def fits(self, value: Any) -> bool:
        """Whether Go decodes *value* without an error; it is not null."""
        raise NotImplementedError

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        """Why it does not."""
        raise NotImplementedError

    def written(self, value: Any) -> Any:
        """What Go writes after it decoded *value*."""
        return value

    def filled(self, value: Any) -> Any:
        """What a Go value holds that was decoded from *value*: nothing is left out."""
        return self.zero if value is None else value

    def is_empty(self, value: Any) -> bool:
        """Whether Go leaves out a field that holds *value* and may be left out."""
        return not value


class NamedText(str):
    """Text whose Go type is not plain string."""

    __slots__ = ("go",)

    go: str

    @classmethod
    def of(cls, text: str, go: str) -> NamedText:
        """*text* of the Go type *go*."""
        made = cls(text)
        made.go = go
        return made


def json_kind(value: Any) -> str:
    """What Go calls a JSON value: "string", "number", "bool", "array", "object"."""
    match value:
        case str():
            return "string"
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case list():
            return "array"
    return "object"


class _Scalar(FieldType):
    def __init__(self, go: str) -> None:
        self.go = go

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        if not self.fits(value):
            yield at.mismatch(self._found(value), self.go)

    def _found(self, value: Any) -> str:
        return json_kind(value)


class StringField(_Scalar):
    """Text."""

    zero = ""

    def fits(self, value: Any) -> bool:
        return type(value) is str

    def written(self, value: Any) -> Any:
        return value or ""

    def filled(self, value: Any) -> Any:
        return value or "" if self.go == "string" else NamedText.of(value or "", self.go)


class BoolField(_Scalar):
    """True or false."""

    zero = False

    def fits(self, value: Any) -> bool:
        return type(value) is bool

    def written(self, value: Any) -> Any:
        return bool(value)


class NumberField(_Scalar):
    """A number; whole and within bounds unless the Go type is a float."""

    zero = 0

    def __init__(self, kind: str, go: str) -> None:
        super().__init__(go)
        self.is_float = kind.startswith("float")
        bits = int("".join(filter(str.isdigit, kind)) or 64)
        unsigned = kind.startswith("uint")
        self.least = 0 if unsigned else -(2 ** (bits - 1))
        self.most = 2**bits - 1 if unsigned else 2 ** (bits - 1) - 1

    def fits(self, value: Any) -> bool:
        if type(value) is int:
            return self.is_float or self.least <= value <= self.most
        return self.is_float and type(value) is float

    def _found(self, value: Any) -> str:
        kind = json_kind(value)
        return f"number {number_text(value)}" if kind == "number" else kind

    def written(self, value: Any) -> Any:
        return value or 0


def number_text(value: float) -> str:
    """A number as it stands in the JSON that Go decodes."""
    if type(value) is int and INT64_MIN <= value <= INT64_MAX:
        return str(value)
    return float_text(float(value))


def scalar_field(word: str) -> FieldType:
    """The type of "int32" or "string=v1.PullPolicy"."""
    kind, _, go = word.partition("=")
    if kind == "string":
        return StringField(go or kind)
    if kind == "bool":
        return BoolField(go or kind)
    return NumberField(kind, go or kind)


class AnyField(FieldType):
    """Any value."""

    def fits(self, value: Any) -> bool:
        return True

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        yield from ()


class BytesField(FieldType):
    """Bytes, written in base 64."""

    go = "[]uint8"

    def fits(self, value: Any) -> bool:
        return type(value) is str and base64_fault(value) is None

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        if type(value) is not str:
            kind = json_kind(value)
            yield at.mismatch(kind, self.go)
        elif (fault := base64_fault(value)) is not None:
            yield Fault(f"illegal base64 data at input byte {fault}")

    def written(self, value: Any) -> Any:
        return value and value.replace("\r", "").replace("\n", "")


_BASE64 = pattern(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def base64_fault(text: str) -> int | None:
    """Where Go's decoder gives up on *text*; None if it does not. Line breaks do not count."""
    if _BASE64.fullmatch(text):
        return None
    signs = [(index, sign) for index, sign in enumerate(text.encode()) if sign not in b"\r\n"]
    return _fault_in_quads(signs, len(text.encode()))


def _fault_in_quads(signs: list[tuple[int, int]], length: int) -> int | None:
    for start in range(0, len(signs), 4):
        quad = signs[start : start + 4]
        for place, (index, sign) in enumerate(quad):
            if _is_digit(sign):
                continue
            if sign != ord("=") or place < 2:  # noqa: PLR2004
                return index
            return _fault_in_padding(signs, start, place, length)
        if len(quad) < 4:  # noqa: PLR2004
            return length - len(quad) if length == len(signs) else quad[0][0]
    return None


def _fault_in_padding(signs: list[tuple[int, int]], start: int, place: int, length: int) -> int | None:
    at = start + place
    if place == 2:  # noqa: PLR2004
        if at + 1 >= len(signs):
            return length
        if signs[at + 1][1] != ord("="):
            return signs[at + 1][0] - 1
        at += 1
    return signs[at + 1][0] if at + 1 < len(signs) else None


def _is_digit(sign: int) -> bool:
    return chr(sign).isascii() and (chr(sign).isalnum() or sign in b"+/")


class PointerField(FieldType):
    """What may be missing, and then is nothing, not a zero."""

    def __init__(self, target: FieldType, *, is_status: bool = False) -> None:
        self.target = target
        self.is_status = is_status
        self.go = "*" + target.go
        self.fits = target.fits  # type: ignore[method-assign]  # null aside, a pointer is its target
        self.faults = target.faults  # type: ignore[method-assign]

    def written(self, value: Any) -> Any:
        return None if value is None else self.target.written(value)

    def filled(self, value: Any) -> Any:
        return None if value is None else self.target.filled(value)

    def is_empty(self, value: Any) -> bool:
        return value is None or self.is_status


class ListField(FieldType):
    """A list of one type."""

    def __init__(self, element: FieldType, go: str = "") -> None:
        self.element = element
        self.go = go or "[]" + element.go

    def fits(self, value: Any) -> bool:
        if type(value) is not list:
            return False
        fits = self.element.fits
        return all(element is None or fits(element) for element in value)

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        if type(value) is not list:
            yield at.mismatch(json_kind(value), self.go)
            return
        for element in value:
            if element is not None:
                yield from self.element.faults(element, at)

    def written(self, value: Any) -> Any:
        return None if value is None else [self.element.written(element) for element in value]

    def filled(self, value: Any) -> Any:
        return [self.element.filled(element) for element in value or ()]


class MapField(FieldType):
    """Values of one type by names."""

    def __init__(self, element: FieldType, go: str = "") -> None:
        self.element = element
        self.go = go or "map[string]" + element.go

    def fits(self, value: Any) -> bool:
        if type(value) is not dict:
            return False
        fits = self.element.fits
        return all(element is None or fits(element) for element in value.values())

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        if type(value) is not dict:
            yield at.mismatch(json_kind(value), self.go)
            return
        for name in sorted(value):
            if value[name] is not None:
                yield from self.element.faults(value[name], at)

    def written(self, value: Any) -> Any:
        written = self.element.written
        return None if value is None else {name: written(element) for name, element in value.items()}

    def filled(self, value: Any) -> Any:
        return {name: self.element.filled(element) for name, element in (value or {}).items()}


class Field:
    """A field of a struct.

    Attributes:
        path: its name after those of the embedded structs it comes from.
        optional: whether Go leaves it out where it is empty.
    """

    __slots__ = ("name", "optional", "path", "type")

    def __init__(self, name: str, path: str, type_: FieldType, *, optional: bool) -> None:
        self.name = name
        self.path = path
        self.type = type_
        self.optional = optional


class StructField(FieldType):
    """Named fields of their own types; *fields* are asked for once, when first needed."""

    def __init__(self, key: str, fields: Callable[[], Mapping[str, Field]], *, is_status: bool) -> None:
        self.key = key
        self.struct = key.partition(".")[2]
        self.go = f"{key.rpartition('/')[2]}"
        self.is_status = is_status
        self._ask = fields
        self._fields: Mapping[str, Field] | None = None
        self._fit: Mapping[str, Callable[[Any], bool]] | None = None

    @property
    def fields(self) -> Mapping[str, Field]:
        """Name to field, in the order of the Go type."""
        if self._fields is None:
            self._fields = self._ask()
        return self._fields

    def fits(self, value: Any) -> bool:
        if type(value) is not dict:
            return False
        if self._fit is None:
            self._fit = {name: field.type.fits for name, field in self.fields.items()}
        fit = self._fit.get
        for name, part in value.items():
            fits = fit(name)
            if fits is not None and part is not None and not fits(part):
                return False
        return True

    def faults(self, value: Any, at: Place) -> Iterator[Fault]:
        if type(value) is not dict:
            yield at.mismatch(json_kind(value), self.go)
            return
        for name in sorted(value):
            field = self.fields.get(name)
            if field is not None and value[name] is not None:
                yield from field.type.faults(value[name], at.field(self.struct, field.path))

    def written(self, value: Any) -> Any:
        value = value or {}
        pairs = ((field, _written_field(field, value.get(field.name))) for field in self.fields.values())
        return {field.name: part for field, part in pairs if part is not OMIT}

    def filled(self, value: Any) -> Any:
        value = value or {}
        return {name: field.type.filled(value.get(name)) for name, field in self.fields.items()}

    def is_empty(self, value: Any) -> bool:
        return self.is_status


def _written_field(field: Field, value: Any) -> Any:
    if field.optional and field.type.is_empty(value):
        return OMIT
    if isinstance(field.type, StructField) and field.type.is_status:
        return None
    return field.type.written(value)
