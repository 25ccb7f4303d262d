"""A manifest: one resource, ready to be built and deployed."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tiltfile_ext.starkit import Data, field


class Target(Protocol):
    """What a manifest deploys, or one image that it builds.

    A target has a ``kind`` ("local", "k8s", "dc" or "image") and gives its JSON.
    """

    @property
    def kind(self) -> str:
        """Which kind of target this is."""

    def json(self) -> dict[str, Any]:
        """The target in Tilt's field names and order."""


class Manifest(Data):
    """A resource.

    Attributes:
        images: in the order to build them in; None for a resource that never has any.
        trigger_mode: 0 auto, 1 manual, 2 manual without the first update, 3 auto without the first update.
        resource_dependencies: names of resources that must be ready first.
    """

    name: str
    target: Target | None
    images: tuple[Target, ...] | None = None
    trigger_mode: int = 0
    resource_dependencies: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(factory=dict)

    def __str__(self) -> str:
        """The manifest as Go prints a struct, for messages."""
        labels = " ".join(f"{name}:{value}" for name, value in sorted(self.labels.items()))
        images, needed = " ".join(map(str, self.images or ())), " ".join(self.resource_dependencies)
        return (
            f"{{Name:{self.name} ImageTargets:[{images}] DeployTarget:{self.target} "
            f"TriggerMode:{self.trigger_mode} ResourceDependencies:[{needed}] SourceTiltfile: "
            f"Labels:map[{labels}]}}"
        )

    def json(self) -> dict[str, Any]:
        """The manifest in Tilt's field names and order."""
        return {
            "Name": self.name,
            "ImageTargets": None if self.images is None else [image.json() for image in self.images],
            "DeployTarget": self.target and self.target.json(),
            "TriggerMode": self.trigger_mode,
            "ResourceDependencies": or_null(self.resource_dependencies),
            "SourceTiltfile": "",
            "Labels": dict(sorted(self.labels.items())),
        }


def or_null(items: Any) -> list[Any] | None:
    """*items* as a list, null where there are none, as Go writes a slice that was never made."""
    return list(items) or None


def without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    """*fields* less those that are empty, as Go's ``omitempty`` leaves them out."""
    return {name: value for name, value in fields.items() if value not in (None, "", 0, False, (), [], {})}


def command_json(argv: Sequence[str], directory: str, env: Sequence[str]) -> dict[str, Any]:
    """A command in the form of Tilt's ``model.Cmd``."""
    return {"Argv": or_null(argv), "Dir": directory, "Env": or_null(env), "EchoOff": False}
