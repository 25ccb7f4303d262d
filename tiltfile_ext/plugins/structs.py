"""``struct`` and ``module``: counted here, made by the engine, whose values they are."""

from typing import Any

from tiltfile_ext.starkit import Plugin, builtin


class StructPlugin(Plugin):
    """Values with named fields."""

    @builtin("", native="struct")
    def struct(self, **fields: Any) -> Any:
        """A value whose attributes are *fields*."""

    @builtin("", native="module")
    def module(self, name: str, **members: Any) -> Any:
        """A namespace that prints as ``<module "name">``, with *members* as attributes."""
