"""Read a Python signature once: it *is* the Starlark signature.

Only names, defaults and annotations are looked at, without `inspect` (6 ms at start-up).
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, UnionType
from typing import Any, Union, cast, get_origin, get_type_hints

from tiltfile_ext.starkit._data import Data
from tiltfile_ext.starkit._thread import Thread
from tiltfile_ext.starkit._types import ABSENT, StarlarkValue
from tiltfile_ext.starkit._unpack import PLAIN, Converter, Unpack, instance_of, or_none

_POSITIONAL_REST, _KEYWORD_REST = 0x04, 0x08  # code flags: *args, **kwargs


class SignatureError(TypeError):
    """A built-in's Python signature cannot be a Starlark signature; the message says what to change."""


class Parameter:
    """One parameter of a built-in.

    Attributes:
        name: as the Tiltfile writes it.
        converter: see `starkit._unpack`; None keeps the value as it is.
        accepts: what may be passed, in words.
        required: whether the call fails without it.
        default: what the body gets when it is left out.
        counted_as: the name that a positional argument is counted under.
    """

    __slots__ = ("accepts", "converter", "counted_as", "default", "name", "required")

    def __init__(
        self, name: str, converter: Converter | None, accepts: str, *, required: bool, default: object
    ) -> None:
        self.name = name
        self.converter = converter
        self.accepts = accepts
        self.required = required
        self.default = default
        self.counted_as = name

    def __repr__(self) -> str:
        return self.name if self.required else f"{self.name}={self.default!r}"


class Signature:
    """The parameters of a built-in, and how its body wants to be called.

    Attributes:
        parameters: in order; empty where `open_ended`.
        positional: how many of them may be given by position; those behind ``*`` only by name.
        takes_thread: whether the body's first argument is the thread.
        open_ended: the body takes ``*args`` or ``**kwargs`` and checks them itself.
    """

    __slots__ = ("open_ended", "parameters", "positional", "takes_thread")

    def __init__(
        self,
        parameters: tuple[Parameter, ...],
        *,
        takes_thread: bool,
        open_ended: bool,
        positional: int | None = None,
    ) -> None:
        self.parameters = parameters
        self.positional = len(parameters) if positional is None else positional
        self.takes_thread = takes_thread
        self.open_ended = open_ended


def read_signature(body: Callable[..., Any]) -> Signature:
    """The signature of *body*: a function, a bound method, or a class (its ``__init__``).

    An object whose class has a ``starlark_signature`` declares it itself; see `parameter`.

    Raises:
        SignatureError: a parameter has no annotation, or one that names no converter.
    """
    if declares_signature(body):
        return cast("Signature", body.starlark_signature)  # type: ignore[attr-defined]
    if isinstance(body, type) and issubclass(body, Data):
        return _of_fields(body)
    function = _function_of(body)
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    hints = _hints(function, body)
    if _is_bound(body):
        names = names[1:]
    takes_thread = bool(names) and hints.get(names[0]) is Thread
    if takes_thread:
        names = names[1:]
    if code.co_flags & (_POSITIONAL_REST | _KEYWORD_REST):
        return Signature((), takes_thread=takes_thread, open_ended=True)
    defaults = _defaults(function)
    parameters = tuple(_parameter(body, name, hints, defaults) for name in names)
    positional = len(names) - code.co_kwonlyargcount
    return Signature(parameters, positional=positional, takes_thread=takes_thread, open_ended=False)


def _of_fields(kind: type[Data]) -> Signature:
    """The signature of a class of values: its fields."""
    hints = get_type_hints(kind, include_extras=True)
    defaults = {name: getattr(kind, name) for name in kind.__match_args__ if hasattr(kind, name)}
    parameters = tuple(_parameter(kind, name, hints, defaults) for name in kind.__match_args__)
    return Signature(parameters, takes_thread=False, open_ended=False)


def annotations_of(body: Callable[..., Any]) -> dict[str, Any]:
    """Parameter name -> its annotation, "return" -> that of the result; for those who describe *body*.

    An object that declares its signature itself may declare these as ``starlark_annotations``.

    Raises:
        SignatureError: an annotation cannot be found.
    """
    if declares_signature(body):
        return dict(getattr(body, "starlark_annotations", {}))
    if isinstance(body, type) and issubclass(body, Data):
        return {**get_type_hints(body, include_extras=True), "return": body}
    hints = get_type_hints(_function_of(body), include_extras=True)
    return {**hints, "return": body} if isinstance(body, type) else hints


def declares_signature(body: object) -> bool:
    """Whether *body* is made from a table and declares its signature itself."""
    return hasattr(type(body), "starlark_signature")


def _function_of(body: Callable[..., Any]) -> FunctionType:
    target: Any = body.__init__ if isinstance(body, type) else body  # type: ignore[misc]
    target = getattr(target, "__func__", target)
    if not isinstance(target, FunctionType):
        raise SignatureError(f"{body!r} is no Python function; wrap it in a def with annotated parameters")
    return target


def _is_bound(body: Callable[..., Any]) -> bool:
    return isinstance(body, type) or getattr(body, "__self__", None) is not None


def _hints(function: FunctionType, body: object) -> dict[str, Any]:
    hints = function.__annotations__
    if any(type(hint) is str for hint in hints.values()):
        try:
            return get_type_hints(function, include_extras=True)
        except NameError as error:
            raise SignatureError(f"{body!r}: annotation not found: {error}") from error
    return hints


def _defaults(function: FunctionType) -> dict[str, object]:
    code = function.__code__
    values = function.__defaults__ or ()
    positional = code.co_varnames[: code.co_argcount]
    found = dict(zip(positional[len(positional) - len(values) :], values, strict=True))
    return {**found, **(function.__kwdefaults__ or {})}


def parameter(name: str, annotation: Any, *, required: bool = False) -> Parameter:
    """A parameter as a signature would declare it, for bodies that are made from a table; default: ABSENT."""
    converter, accepts = converter_of(annotation, f"parameter {name!r}")
    return Parameter(name, converter, accepts, required=required, default=ABSENT)


def _parameter(body: object, name: str, hints: dict[str, Any], defaults: dict[str, object]) -> Parameter:
    if name not in hints:
        raise SignatureError(f"{body!r}: parameter {name!r} has no annotation; use Any to take any value")
    converter, accepts = converter_of(hints[name], f"{body!r}: parameter {name!r}")
    required = name not in defaults
    return Parameter(name, converter, accepts, required=required, default=defaults.get(name))


def converter_of(hint: Any, where: str) -> tuple[Converter | None, str]:
    """The converter that an annotation names, and what it takes in words.

    Raises:
        SignatureError: the annotation names no converter.
    """
    options = [option for option in getattr(hint, "__args__", ()) if option is not type(None)]
    if isinstance(hint, UnionType) or get_origin(hint) is Union:
        if len(options) != 1:
            raise SignatureError(
                f"{where}: {hint!r} names several types; use Annotated[..., Unpack(converter)]"
            )
        converter, accepts = converter_of(options[0], where)
        words = accepts if accepts.endswith("or None") else f"{accepts} or None"
        return converter and or_none(converter), words
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, Unpack):
            return extra.converter, extra.accepts
    try:
        return PLAIN[hint]
    except (KeyError, TypeError):
        pass
    if isinstance(hint, type) and issubclass(hint, StarlarkValue):
        return instance_of(hint), hint.starlark_type
    raise SignatureError(f"{where}: no converter for {hint!r}; use Annotated[..., Unpack(converter)]")
