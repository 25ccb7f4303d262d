"""What Tilt says of a file that it refuses before running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiltfile_ext.starkit._errors import StaticError
    from tiltfile_ext.starkit.rewrite import Source


def static_error(source: Source) -> StaticError | None:
    """The first fault of *source*, None if there is none."""
    return None
