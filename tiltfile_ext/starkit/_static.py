"""Faults that Tilt finds before a file runs."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from tiltfile_ext.starkit._errors import StaticError

if TYPE_CHECKING:
    from tiltfile_ext.starkit.rewrite import Source


def static_error(source: Source, universe: Collection[str]) -> StaticError | None:
    """The first fault of *source*, None if there is none. *universe*: the names defined everywhere."""
    from tiltfile_ext.starkit._traceback import excerpt_line
    from tiltfile_ext.starkit.grammar import find_fault

    fault = find_fault(source.original, universe)
    if fault is None:
        return None
    position = source.original_position(fault.offset)
    return StaticError(position, fault.message, excerpt_line(source, position, 1))
