"""What can go wrong while a Tiltfile is loaded.

TiltfileError            a Tiltfile cannot be loaded; ``str()`` is the whole text, in Tilt's form
├── StaticError          found before anything ran: a syntax error, an undefined name
├── EvaluationError      found while running: a traceback, then the message
└── DeadlineError        the load took longer than its caller allows
BuiltinError             raised by the body of a built-in; the engine adds where it was called
└── UnpackError          raised by a converter; the binder adds the built-in and the parameter
ExitRequest              not an error: the Tiltfile called ``exit()``
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class TiltfileError(Exception):
    """A Tiltfile cannot be loaded. ``str()`` is the text to show, without the source excerpt.

    Attributes:
        message: the last part of the text, without position or traceback.
        excerpt: the source lines around the fault, marked; "" where there is none.
    """

    def __init__(self, message: str, excerpt: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.excerpt = excerpt

    def __reduce__(self) -> tuple[Any, ...]:
        """As pickle makes it again: by its fields, not by the arguments that made it."""
        return _made_again, (type(self), self.args, vars(self))

    def reword(self, change: Callable[[str], str]) -> None:
        """Put every text of the error through *change*, to keep secrets out of it."""
        self.message = change(self.message)
        self.excerpt = change(self.excerpt)
        self.args = tuple(change(arg) if isinstance(arg, str) else arg for arg in self.args)


def _made_again(kind: type[TiltfileError], args: tuple[Any, ...], fields: dict[str, Any]) -> TiltfileError:
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(fields)
    return error


class Position:
    """A place in a source file; line and column count from 1, columns in characters."""

    __slots__ = ("column", "line", "path")

    def __init__(self, path: str, line: int, column: int) -> None:
        self.path = path
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def __repr__(self) -> str:
        return f"Position({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Position) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash((self.path, self.line, self.column))


class Frame:
    """One line of a traceback: where a call was made, and in which function.

    ``position`` is None for a built-in's own frame, shown as ``<builtin>: in include``.
    """

    __slots__ = ("function", "position")

    def __init__(self, position: Position | None, function: str) -> None:
        self.position = position
        self.function = function

    def __str__(self) -> str:
        return f"{self.position or '<builtin>'}: in {self.function}"

    def __repr__(self) -> str:
        return f"Frame({str(self)!r})"


class StaticError(TiltfileError):
    """A fault found before the file ran: ``FILE:LINE:COL: message``."""

    def __init__(self, position: Position, message: str, excerpt: str = "") -> None:
        super().__init__(message, excerpt)
        self.position = position

    def __str__(self) -> str:
        return f"{self.position}: {self.message}"


class EvaluationError(TiltfileError):
    """A fault found while running, with the calls that led to it, outermost first.

    ``builtin`` is the built-in that failed ("" where Starlark code itself failed).
    """

    def __init__(self, frames: tuple[Frame, ...], message: str, builtin: str = "", excerpt: str = "") -> None:
        super().__init__(message, excerpt)
        self.frames = frames
        self.builtin = builtin

    def __str__(self) -> str:
        lines = ["Traceback (most recent call last):", *(f"  {frame}" for frame in self.frames)]
        lines.append(f"Error in {self.builtin}: {self.message}" if self.builtin else f"Error: {self.message}")
        return "\n".join(lines)


class DeadlineError(TiltfileError):
    """The load took longer than its caller allows, and was stopped."""


class BuiltinError(Exception):
    """The body of a built-in refuses to go on. The message is shown as it is."""


class UnpackError(BuiltinError):
    """A value does not fit a parameter: "got int, want string". The binder says which parameter."""


class ExitRequest(BaseException):
    """The Tiltfile called ``exit()``: stop everywhere, without an error."""
