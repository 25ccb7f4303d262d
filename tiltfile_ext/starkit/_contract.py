"""What the engine asks of a load, and what a built-in is to the engine.

The engine runs Starlark; it knows nothing of plugins, binding or counting. These two protocols are
the whole seam between it and the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Protocol

from tiltfile_ext.starkit._errors import Position


class EngineBuiltin(Protocol):
    """A function that a Tiltfile can call."""

    #: the dotted name under which Tiltfiles see it: "local", "os.path.join"
    name: str
    #: name of a prelude function that makes the value ("" for almost all): `invoke` is then called
    #: without arguments, to be counted, and the prelude function gets the call's arguments
    native: str
    #: whether `EngineHost.call_position` must be right while `invoke` runs (costs some 10 µs a call)
    positioned: bool

    def invoke(self, host: Any, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        """Run the body for *host*, the load's `EngineHost`; values are those of `starkit._types`."""


class EngineHost(Protocol):
    """One load, as the engine sees it."""

    #: os.environ of this load; Tiltfiles read and write it
    environ: MutableMapping[str, str]
    #: dotted name -> plain value, for the names that the universe declares as values
    values: Mapping[str, object]
    #: the file whose top level is running, innermost last; kept by the engine
    executing: list[str]
    #: where the built-in now running was called; kept by the engine for `positioned` built-ins
    call_position: Position | None

    def print(self, text: str) -> None:
        """Show one message of ``print()``."""

    def check(self) -> None:
        """Called every thousand steps or so; raise to stop the load (deadline, interrupt)."""

    def resolve(self, spec: str) -> str:
        """The path to read for *spec*, relative to the executing file's directory; BuiltinError if none."""

    def read_source(self, path: str) -> str:
        """The text of the file at *path*, just before it is executed; BuiltinError says why not."""
