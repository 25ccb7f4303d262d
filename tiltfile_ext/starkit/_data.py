"""Values with named fields: what attrs and dataclasses make, at a cost that a short command can bear.

Importing attrs takes as much CPU as a third of Tilt's whole load, and each class of it a millisecond, for it
compiles methods. The classes here share their methods; what differs are the names of their fields.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, dataclass_transform

from tiltfile_ext.starkit._attrs_fields import AttrsFields

D = TypeVar("D", bound="Data")
T = TypeVar("T")


class _Factory:
    """The default of a field that each object makes anew."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def field(*, factory: Callable[[], T]) -> T:
    """A default that *factory* makes anew for each object, such as a list."""
    return _Factory(factory)  # type: ignore[return-value]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Data:
    """Base of values with named fields: its annotations, in order, are the parameters that make one.

    ::

        class Command(Data):
            argv: tuple[str, ...] = ()
            dir: str = ""

    A field with a value has this as its default. A ``__post_init__`` may refuse what does not fit together.
    `evolve` makes another value of one.

    Class arguments:
        frozen: whether a field cannot be set once the object is made.
        eq: whether objects with equal fields are equal, and hashed alike.
    """

    #: what attrs looks for; see `_attrs_fields`
    __attrs_attrs__: ClassVar[Any] = AttrsFields()
    #: the names of the fields
    __match_args__: ClassVar[tuple[str, ...]] = ()
    _required: ClassVar[frozenset[str]] = frozenset()
    _known: ClassVar[frozenset[str]] = frozenset()
    _factories: ClassVar[tuple[tuple[str, Callable[[], Any]], ...]] = ()
    #: how many arguments by place, and the names of the others, that were found to fit
    _fitting: ClassVar[set[tuple[int | str, ...]]] = set()
    _checks: ClassVar[bool] = False

    def __init_subclass__(cls, *, frozen: bool = True, eq: bool = True) -> None:
        super().__init_subclass__()
        hints = vars(cls).get("__annotations__", {})
        own = [name for name, hint in hints.items() if _is_field(hint)]
        names = tuple(dict.fromkeys((*cls.__match_args__, *own)))
        made = [(name, value) for name, value in vars(cls).items() if isinstance(value, _Factory)]
        for name, _ in made:
            delattr(cls, name)
        cls._factories = (*cls._factories, *((name, value.make) for name, value in made))
        cls.__match_args__ = names  # type: ignore[misc]
        cls._known = frozenset(names)
        cls._required = frozenset(name for name in names if not hasattr(cls, name)) - {
            name for name, _ in cls._factories
        }
        cls._fitting = set()
        cls._checks = cls.__post_init__ is not Data.__post_init__
        if not frozen:
            cls.__setattr__ = object.__setattr__  # type: ignore[method-assign,assignment]
        if not eq:
            cls.__eq__ = object.__eq__  # type: ignore[method-assign]
            cls.__hash__ = object.__hash__  # type: ignore[method-assign]

    if not TYPE_CHECKING:  # a type checker knows the parameters from the fields

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            # a default stays with the class: an object holds what differs
            if (given := (len(args), *kwargs)) not in self._fitting:
                self._check(args, kwargs)
                self._fitting.add(given)
            if args:
                kwargs.update(zip(self.__match_args__, args))  # noqa: B905  # some may be named
            for name, make in self._factories:
                if name not in kwargs:
                    kwargs[name] = make()
            _set(self, "__dict__", kwargs)
            if self._checks:
                self.__post_init__()

    @classmethod
    def _check(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        names = {*cls.__match_args__[: len(args)], *kwargs}
        if not cls._required <= names <= cls._known or len(names) < len(args) + len(kwargs):
            raise TypeError(_mistake(cls, args, kwargs))

    def __post_init__(self) -> None:
        """Check the fields."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"{type(self).__name__}.{name} cannot be set: use evolve() to make another value"
        )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and fields_of(self) == fields_of(other)

    def __hash__(self) -> int:
        return hash((type(self), *fields_of(self).values()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in fields_of(self).items())
        return f"{type(self).__name__}({shown})"


_set = object.__setattr__


def _is_field(hint: object) -> bool:
    return not str(hint).startswith(("ClassVar", "typing.ClassVar"))


def _mistake(kind: type[Data], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """What is wrong with the arguments, in Python's words."""
    names = kind.__match_args__
    if len(args) > len(names):
        return f"{kind.__name__}() takes {len(names)} positional arguments but {len(args)} were given"
    given = names[: len(args)]
    for name in kwargs:
        if name in given:
            return f"{kind.__name__}() got multiple values for argument {name!r}"
        if name not in names:
            return f"{kind.__name__}() got an unexpected keyword argument {name!r}"
    missing = [name for name in names if name in kind._required and name not in (*given, *kwargs)]  # noqa: SLF001
    return f"{kind.__name__}() is missing {', '.join(map(repr, missing))}"


def fields_of(value: Data) -> dict[str, Any]:
    """Field name -> value, in order."""
    return {name: getattr(value, name) for name in value.__match_args__}


def evolve(value: D, **changes: Any) -> D:
    """Another value like *value*, with *changes* to its fields."""
    return type(value)(**{**fields_of(value), **changes})
