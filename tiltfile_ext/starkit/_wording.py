"""Starlark-rust's messages in the words of starlark-go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tiltfile_ext.starkit._errors import Frame


class Fault:
    """A message of the interpreter, and what it is about."""

    def __init__(self, message: str, node: Any, function: str, find: Callable[[str], Any]) -> None:
        self.message = message
        self.node = node
        self.function = function
        self.find = find
        self.builtin = ""
        self.frame: Frame | None = None


def translate(fault: Fault) -> Fault:
    """Reword *fault*."""
    return fault
