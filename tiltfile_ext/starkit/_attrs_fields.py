"""Lets attrs see our values as its own: ``attrs.asdict(result)``, ``attrs.evolve``, ``attrs.fields``.

attrs looks for ``__attrs_attrs__`` on a class. It is made when attrs asks for it, so whoever uses attrs has
its tools, and a load that does not use it does not pay for its import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import attrs

    from tiltfile_ext.starkit._data import Data


class AttrsFields:
    """The ``__attrs_attrs__`` of `Data` and of each class below it."""

    def __get__(self, _: object, kind: type[Data]) -> tuple[attrs.Attribute[Any], ...]:
        """The fields of *kind* as attrs describes them; kept on the class for the next who asks."""
        import attrs

        twin = attrs.make_class(kind.__name__, {name: _field(kind, name) for name in kind.__match_args__})
        fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(twin)
        kind.__attrs_attrs__ = fields
        return fields


def _field(kind: type[Data], name: str) -> Any:
    import attrs

    factories = dict(kind._factories)  # noqa: SLF001  # the two files are one idea, apart for the import
    hint = next((vars(base)["__annotations__"][name] for base in kind.__mro__ if _declares(base, name)), None)
    if name in factories:
        return attrs.field(factory=factories[name], type=hint, kw_only=True)
    if name in kind._required:  # noqa: SLF001
        return attrs.field(type=hint, kw_only=True)
    return attrs.field(default=getattr(kind, name), type=hint, kw_only=True)


def _declares(base: type, name: str) -> bool:
    return name in vars(base).get("__annotations__", {})
