"""A built-in: a Python function that a Tiltfile can call, bound by its own signature and counted.

The order of checks and the words are those of starlark-go's argument unpacking, as Tilt 0.37.6 uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, overload

from tiltfile_ext.starkit._errors import BuiltinError, UnpackError
from tiltfile_ext.starkit._shape import Shape
from tiltfile_ext.starkit._signature import Parameter, declares_signature, read_signature
from tiltfile_ext.starkit._suggest import suggestion
from tiltfile_ext.starkit._thread import Thread
from tiltfile_ext.starkit._types import quote

F = TypeVar("F", bound=Callable[..., Any])
#: before a keyword that was given already, as the prelude hands it over
TWICE = "$twice "
_MARK = "__tiltfile_builtin__"
#: shapes of calls that a built-in remembers; Tiltfiles have a few of each
_MOST_SHAPES = 500


class BuiltinMark:
    """What `builtin` remembers on a function: its Tiltfile name ("" = the function's own) and options."""

    __slots__ = ("name", "options")

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        self.name = name
        self.options = options


@overload
def builtin(function: F, /) -> F: ...
@overload
def builtin(name: str = "", /, **options: Any) -> Callable[[F], F]: ...
def builtin(target: Any = "", /, **options: Any) -> Any:
    """Mark a plugin's method as a built-in; the method itself is returned unchanged.

    ``@builtin`` takes the method's name, ``@builtin("os.path.join")`` gives another. Options are those of
    `Builtin`.
    """
    if callable(target):
        setattr(target, _MARK, BuiltinMark("", {}))
        return target

    def mark(function: F) -> F:
        setattr(function, _MARK, BuiltinMark(target, options))
        return function

    return mark


def mark_of(function: object) -> BuiltinMark | None:
    """The mark that `builtin` left on *function*, if any."""
    return getattr(function, _MARK, None)


#: what a built-in knows once its signature has been read
_READ = (
    "_by_name",
    "_convert",
    "_defaults",
    "_only_named",
    "_open_ended",
    "_required",
    "_shapes",
    "_takes_thread",
    "parameters",
    "positional_count_names",
    "signature",
)
#: what a lazy built-in knows once its plugin has been imported
_DECLARED = ("_options", "before", "body", "core", "then")


class Builtin:
    """A function that Tiltfiles can call.

    Args:
        name: dotted: "local", "os.path.join".
        body: its annotated signature is the Starlark signature; see `starkit._unpack` for the types.
        then: called as ``then(thread, value)`` with what the body returned; the call's result is its result.
        before: called with the thread before binding; a BuiltinError it raises stops the call.
        positioned: whether the body asks for `Thread.call_position`.
        native: name of a prelude function that makes the value; the body is not run.
        counted_as: parameter -> the name that a *positional* argument counts under, where it differs.
        defaults: parameter -> its default, where it differs from the signature's.
        core: whether its arguments count even after the load's files have run (Tilt's core built-ins).
    """

    __slots__ = (*_READ, *_DECLARED, "_origin", "name", "native", "positioned")

    _origin: Callable[[], Builtin]

    def __init__(
        self,
        name: str,
        body: Callable[..., Any],
        *,
        then: Callable[[Thread, Any], Any] | None = None,
        before: Callable[[Thread], None] | None = None,
        positioned: bool = False,
        native: str = "",
        counted_as: Mapping[str, str] | None = None,
        defaults: Mapping[str, Any] | None = None,
        core: bool = False,
    ) -> None:
        self.name = name
        self.body = body
        self.then = then
        self.before = before
        self.positioned = positioned
        self.native = native
        self.core = core
        self._options = (counted_as or {}, defaults or {})
        if not declares_signature(body):
            self._read()

    @classmethod
    def lazy(
        cls, name: str, origin: Callable[[], Builtin], *, positioned: bool = False, native: str = ""
    ) -> Builtin:
        """A built-in that asks *origin* for the rest of itself when it is first used."""
        made = cls.__new__(cls)
        made.name = name
        made.positioned = positioned
        made.native = native
        made._origin = origin  # noqa: SLF001
        return made

    def _declare(self) -> None:
        origin = self._origin()
        for name in _DECLARED:
            setattr(self, name, getattr(origin, name))

    def _read(self) -> None:
        counted_as, defaults = self._options
        self.signature = read_signature(self.body)
        self.parameters: tuple[Parameter, ...] = self.signature.parameters
        for parameter in self.parameters:
            parameter.counted_as = counted_as.get(parameter.name, parameter.name)
            parameter.default = defaults.get(parameter.name, parameter.default)
        self.positional_count_names = tuple(parameter.counted_as for parameter in self.parameters)
        self._convert = tuple(parameter.converter for parameter in self.parameters)
        self._by_name = {parameter.name: index for index, parameter in enumerate(self.parameters)}
        self._defaults = [parameter.default for parameter in self.parameters]
        only_named = self.parameters[self.signature.positional :]
        self._only_named = tuple(parameter.name for parameter in reversed(only_named))
        self._required = tuple(i for i, parameter in enumerate(self.parameters) if parameter.required)
        self._takes_thread = self.signature.takes_thread
        self._open_ended = self.signature.open_ended
        self._shapes: dict[tuple[int | str, ...], Shape] = {}

    def __getattr__(self, name: str) -> Any:
        # found on no instance yet: what takes time to find out is found out when it is first used
        if name in _DECLARED:
            self._declare()
        elif name in _READ:
            self._read()
        else:
            raise AttributeError(name)
        return getattr(self, name)

    def __repr__(self) -> str:
        return f"<built-in function {self.name}>"

    def invoke(self, thread: Thread, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Count the call, bind its arguments, run the body.

        Raises:
            BuiltinError: with the whole message that the Tiltfile's author sees.
        """
        if self.native or self._open_ended:
            thread.counts.unbound(self.name)
            return None if self.native else self._run(thread, args, kwargs)
        try:
            if self.before is not None:
                self.before(thread)
            values = self._defaults.copy()
            shape = self._shapes.get((len(args), *kwargs))
            if shape is None:
                shape = self._bind_anew(thread, args, kwargs, values)
            else:
                shape.bind(thread, (*args, *kwargs.values()), values)
        except BaseException:
            thread.counts.unbound(self.name)
            raise
        if self.core or thread.executing:
            thread.counts.bound(shape)
        else:
            thread.counts.unbound(self.name)
        named = self._only_named
        return self._run(thread, values, {name: values.pop() for name in named} if named else {})

    def _run(self, thread: Thread, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        result = self.body(thread, *args, **kwargs) if self._takes_thread else self.body(*args, **kwargs)
        return result if self.then is None else self.then(thread, result)

    def bind(self, thread: Thread, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
        """The body's arguments in order, converted, with defaults for those left out."""
        values = self._defaults.copy()
        self._bind_anew(thread, args, kwargs, values)
        return values

    def _bind_anew(
        self, thread: Thread, args: Sequence[Any], kwargs: Mapping[str, Any], values: list[Any]
    ) -> Shape:
        """Put the arguments of a call into *values*, or tell its first fault; remember the shape."""
        wanted = self.signature.positional
        if len(args) > wanted:
            raise BuiltinError(f"{self.name}: got {len(args)} arguments, want at most {wanted}")
        for index, value in enumerate(args):
            values[index] = self._converted(thread, index, value, named=False)
        for name, value in kwargs.items():
            index = self._named(name, len(args))
            values[index] = self._converted(thread, index, value, named=True)
        for index in self._required:
            if index >= len(args) and self.parameters[index].name not in kwargs:
                raise BuiltinError(f"{self.name}: missing argument for {self.parameters[index].name}")
        if len(self._shapes) >= _MOST_SHAPES:
            self._shapes.clear()
        shape = self._shapes[len(args), *kwargs] = Shape(self, len(args), tuple(kwargs))
        return shape

    def _converted(self, thread: Thread, index: int, value: Any, *, named: bool) -> Any:
        convert = self._convert[index]
        try:
            return value if convert is None else convert(thread, value)
        except UnpackError as error:
            raise self.unfit(index, error, named=named) from None

    def unfit(self, index: int, error: UnpackError, *, named: bool) -> BuiltinError:
        """What to say of an argument for the parameter at *index* that does not convert."""
        name = self.parameters[index].name
        shown = f'"{name}"' if named else name
        return BuiltinError(f"{self.name}: for parameter {shown}: {error}")

    def place(self, name: str) -> int:
        """The place of the parameter *name*."""
        return self._by_name[name]

    def _named(self, name: str, given: int) -> int:
        """The place of the parameter *name* where *given* are given by position."""
        found = self._by_name.get(name)
        if found is None:
            raise BuiltinError(self._unexpected(name))
        if found < given:
            raise BuiltinError(f"{self.name}: got multiple values for keyword argument {quote(name)}")
        return found

    def _unexpected(self, name: str) -> str:
        if name.startswith(TWICE):
            twice = quote(name.removeprefix(TWICE))
            return f"{self.name}: got multiple values for keyword argument {twice}"
        # starlark-go looks at the first half of the names only, an off-by-two of its own
        candidates = [parameter.name for parameter in self.parameters[: (len(self.parameters) + 1) // 2]]
        near = suggestion(name, candidates)
        hint = f" (did you mean {near}?)" if near else ""
        return f"{self.name}: unexpected keyword argument {quote(name)}{hint}"
