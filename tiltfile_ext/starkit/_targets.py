"""Names of things in modules, "package.module:name", for what is imported when it is first needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def imported(target: str) -> Any:
    """What *target* names; its module is imported for it."""
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def target_of(kind: type) -> str:
    """The name under which `imported` finds *kind*."""
    return f"{kind.__module__}:{kind.__qualname__}"
