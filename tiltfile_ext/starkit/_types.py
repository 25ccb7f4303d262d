"""Starlark values as Python sees them.

None, bool, int, float, str, list, tuple, dict and range are themselves. The classes here stand for
the rest. A built-in may return any of these, or an object of a class of its own: one with a
``starlark_type`` (see `StarlarkValue`) crosses into the Tiltfile and comes back as the same object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from tiltfile_ext.starkit._spelling import no_attribute

if TYPE_CHECKING:
    from tiltfile_ext.starkit._errors import Position


class StarlarkValue:
    """Base of Python objects that a Tiltfile can hold.

    Class attributes:
        starlark_type: what ``type(x)`` says in a Tiltfile.
        go_type: the name that Tilt's messages use, e.g. "io.Blob".
        starlark_attributes: names of Python attributes that the Tiltfile may read.
        starlark_methods: names of Python methods that the Tiltfile may call; positional and keyword
            arguments arrive as values of this module.
        starlark_declarations: method -> function whose signature says what the method takes, for methods
            that take whatever they are given and check it themselves.
        starlark_hashable: whether it may be a key of a dict; it is then equal to itself only.

    ``str()`` of the object is what the Tiltfile prints; ``==`` is what the Tiltfile's ``==`` answers;
    ``bool()`` is whether it is true. In ``x and y``, only an empty `Blob` is false.
    """

    __slots__ = ()

    starlark_type: ClassVar[str] = "object"
    go_type: ClassVar[str] = "object"
    starlark_attributes: ClassVar[tuple[str, ...]] = ()
    starlark_methods: ClassVar[tuple[str, ...]] = ()
    starlark_declarations: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    starlark_hashable: ClassVar[bool] = False

    def starlark_missing(self, name: str) -> str:
        """What a Tiltfile is told that reads an attribute which the value lacks."""
        return no_attribute(self.starlark_type, name, (*self.starlark_attributes, *self.starlark_methods))


class _Absent:
    """The default of a parameter whose body must tell "left out" from None."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final[Any] = _Absent()


class Record(StarlarkValue):
    """Base of values that a Tiltfile sees as a struct with a type of its own: a probe, a link.

    Subclasses list ``starlark_attributes`` and name ``starlark_constructor``, the word before the
    parenthesis when printed.
    """

    __slots__ = ()

    starlark_constructor: ClassVar[str] = "struct"

    def __str__(self) -> str:
        fields = (
            f"{name} = {starlark_repr(getattr(self, name))}" for name in sorted(self.starlark_attributes)
        )
        return f"{self.starlark_constructor}({', '.join(fields)})"

    def starlark_missing(self, name: str) -> str:
        """What a Tiltfile is told that reads an attribute which the value lacks."""
        message = no_attribute("struct", name, self.starlark_attributes)
        return f'"{self.starlark_constructor}" {message}'


class Blob(StarlarkValue):
    """Text with a note of where it came from, so that content is told from a path."""

    __slots__ = ("source", "text")

    starlark_type = "blob"
    go_type = "io.Blob"

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Blob({self.text!r}, {self.source!r})"

    def __bool__(self) -> bool:
        return self.text != ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Blob) and (self.text, self.source) == (other.text, other.source)

    __hash__ = None  # type: ignore[assignment]  # a blob is no dict key in Tilt either


class Struct(StarlarkValue):
    """A ``struct(...)``; ``fields`` are in the order given."""

    __slots__ = ("fields",)

    starlark_type = "struct"
    go_type = "*starlarkstruct.Struct"

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Struct) and self.fields == other.fields

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        inner = ", ".join(f"{k} = {starlark_repr(v)}" for k, v in sorted(self.fields.items()))
        return f"struct({inner})"


class StarlarkSet(StarlarkValue):
    """A ``set(...)``; elements in insertion order."""

    __slots__ = ("elements",)

    starlark_type = "set"
    go_type = "*starlark.Set"

    def __init__(self, elements: list[Any]) -> None:
        self.elements = elements

    def __str__(self) -> str:
        return "set([" + ", ".join(map(starlark_repr, self.elements)) + "])"


class ModuleValue(StarlarkValue):
    """A namespace such as ``os``, or the value of ``module(...)``, handed to a built-in."""

    __slots__ = ("text",)

    starlark_type = "module"
    go_type = "starkit.Module"

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


class FrozenDict(StarlarkValue):
    """A dict that a Tiltfile can read but not change, and that comes back as the same object."""

    __slots__ = ("elements",)

    starlark_type = "dict"
    go_type = "*starlark.Dict"

    def __init__(self, elements: Mapping[Any, Any]) -> None:
        self.elements = elements

    def __str__(self) -> str:
        return starlark_repr(dict(self.elements))


class Environ(StarlarkValue):
    """``os.environ``, handed to a built-in; ``variables`` is a snapshot."""

    __slots__ = ("variables",)

    starlark_type = "environ"
    go_type = "os.Environ"

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables

    def __str__(self) -> str:
        return starlark_repr(self.variables)


class Function(StarlarkValue):
    """A ``def`` or ``lambda`` of a Tiltfile, or a built-in, handed to a built-in.

    ``call`` is filled in by the engine; it may be used once the load has run.
    """

    __slots__ = ("builtin", "call", "name", "parameters", "position")

    def __init__(self, name: str, *, builtin: bool = False) -> None:
        self.name = name
        self.builtin = builtin
        self.call: Any = None
        #: names of positional parameters, None where unknown
        self.parameters: tuple[str, ...] | None = None
        #: where its definition begins, None where unknown
        self.position: Position | None = None

    @property
    def go_name(self) -> str:
        """The Go type that messages print."""
        return "*starlark.Builtin" if self.builtin else "*starlark.Function"

    def __str__(self) -> str:
        return f"<built-in function {self.name}>" if self.builtin else f"<function {self.name}>"


_TYPE_NAMES = {
    type(None): ("NoneType", "starlark.NoneType"),
    bool: ("bool", "starlark.Bool"),
    int: ("int", "starlark.Int"),
    float: ("float", "starlark.Float"),
    str: ("string", "starlark.String"),
    list: ("list", "*starlark.List"),
    tuple: ("tuple", "starlark.Tuple"),
    dict: ("dict", "*starlark.Dict"),
    range: ("range", "starlark.rangeValue"),
}


def type_name(value: object) -> str:
    """What ``type(value)`` says in a Tiltfile: "string", "list", "blob"."""
    if isinstance(value, Function):
        return "builtin_function_or_method" if value.builtin else "function"
    if isinstance(value, StarlarkValue):
        return value.starlark_type
    return _TYPE_NAMES[type(value)][0]


def go_type(value: object) -> str:
    """The Go type name that some of Tilt's messages print: "starlark.String"."""
    if isinstance(value, Function):
        return value.go_name
    if isinstance(value, StarlarkValue):
        return value.go_type
    return _TYPE_NAMES[type(value)][1]


_ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f",
    "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
}  # fmt: skip


def quote(text: str) -> str:
    """*text* as Go's ``strconv.Quote`` writes it: double quotes, short escapes, printable Unicode kept."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_quoted_char, text)) + '"'


def _quoted_char(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    code = ord(char)
    if char.isprintable():
        return char
    if code < 0x80:  # noqa: PLR2004
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004  # a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


def format_float(value: float) -> str:
    """*value* as Starlark prints a float: shortest digits, "1.0", "1e-05", "1.5e+06"."""
    if value != value:  # noqa: PLR0124  # the one value unequal to itself
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "+inf" if value > 0 else "-inf"
    mantissa, power = _scientific(repr(abs(value)))
    sign = "-" if str(value)[0] == "-" else ""
    if power < -4 or power >= 6:  # noqa: PLR2004  # as Go's %g decides
        body = mantissa[0] + ("." + mantissa[1:] if len(mantissa) > 1 else "")
        return f"{sign}{body}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{mantissa}"
    if len(mantissa) <= power + 1:
        return f"{sign}{mantissa}{'0' * (power + 1 - len(mantissa))}.0"
    return f"{sign}{mantissa[: power + 1]}.{mantissa[power + 1 :]}"


def _scientific(text: str) -> tuple[str, int]:
    """Digits without a point, and the power of ten of the first one."""
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits.strip("0"):
        return "0", 0
    power = int(exponent or 0) + len(whole) - 1
    if not whole.strip("0"):
        power = int(exponent or 0) - (len(fraction) - len(fraction.lstrip("0"))) - 1
    return digits.rstrip("0"), power


def starlark_repr(value: object) -> str:  # noqa: PLR0911  # one a type
    """*value* as ``repr`` prints it in a Tiltfile; `StarlarkValue` objects print their ``str()``."""
    match value:
        case None:
            return "None"
        case bool():
            return "True" if value else "False"
        case str():
            return quote(value)
        case float():
            return format_float(value)
        case list():
            return "[" + ", ".join(map(starlark_repr, value)) + "]"
        case tuple():
            inner = ", ".join(map(starlark_repr, value))
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        case dict():
            return "{" + ", ".join(f"{starlark_repr(k)}: {starlark_repr(v)}" for k, v in value.items()) + "}"
    return str(value)


def starlark_str(value: object) -> str:
    """*value* as ``str`` and ``print`` show it in a Tiltfile: strings bare."""
    return value if isinstance(value, str) else starlark_repr(value)
