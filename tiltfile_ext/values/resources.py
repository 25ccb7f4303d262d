"""Resources: what a Tiltfile asks to be built, deployed, run or served, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tiltfile_ext.starkit import BuiltinError, Data, Position, quote
from tiltfile_ext.values.commands import NO_COMMAND, Command
from tiltfile_ext.values.trigger_mode import AUTO, TriggerModeValue

if TYPE_CHECKING:
    from tiltfile_ext.values.link import Link
    from tiltfile_ext.values.probe import Probe


class LocalResource(Data):
    """A command to run, a server to keep running, or both.

    ``directory`` is that of the Tiltfile that made it; ``trigger_mode`` None means the load's default.
    """

    name: str
    directory: str
    cmd: Command = NO_COMMAND
    serve_cmd: Command = NO_COMMAND
    deps: tuple[str, ...] | None = None
    trigger_mode: TriggerModeValue | None = None
    resource_deps: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    auto_init: bool = True
    allow_parallel: bool = False
    links: tuple[Link, ...] = ()
    labels: tuple[str, ...] = ()
    readiness_probe: Probe | None = None


class Resources:
    """The resources of one load, in the order made. Plugins that make resources share the names.

    Attributes:
        local: name -> local resource.
        kinds: name of any resource -> the kind that made it: "local", "k8s" or "dc".
        trigger_mode: for resources that choose none.
        trigger_mode_said_at: the call that chose it, None where there was none.
    """

    def __init__(self) -> None:
        self.local: dict[str, LocalResource] = {}
        self.kinds: dict[str, str] = {}
        self.trigger_mode = AUTO
        self.trigger_mode_said_at: Position | None = None

    def add_local(self, resource: LocalResource) -> None:
        """Keep *resource*; BuiltinError if its name is taken."""
        self.claim(resource.name, "local")
        self.local[resource.name] = resource

    def claim(self, name: str, kind: str) -> None:
        """Reserve *name* for a resource of *kind*; BuiltinError if it is taken."""
        taken = self.kinds.get(name)
        if taken is not None:
            raise BuiltinError(f"{taken}_resource named {quote(name)} already exists")
        self.kinds[name] = kind

    def release(self, name: str) -> None:
        """Give *name* up: its resource has another now."""
        del self.kinds[name]


def label_map(labels: tuple[str, ...]) -> Mapping[str, str]:
    """Labels as the model has them, each its own value; sorted."""
    ordered = sorted(labels)
    return dict(zip(ordered, ordered, strict=True))
