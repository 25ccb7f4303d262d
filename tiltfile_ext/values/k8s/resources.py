"""Resources made of Kubernetes objects, while they come about, and what a Tiltfile asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tiltfile_ext.starkit import Data, Position

if TYPE_CHECKING:
    from tiltfile_ext.values.commands import Command
    from tiltfile_ext.values.docker.image_ref import ImageRef
    from tiltfile_ext.values.k8s.object import K8sObject
    from tiltfile_ext.values.k8s.port_forward import PortForward
    from tiltfile_ext.values.link import Link
    from tiltfile_ext.values.trigger_mode import TriggerModeValue


class ResourceOptions(Data):
    """One call of ``k8s_resource``.

    Attributes:
        workload: the resource it is about.
        manually_grouped: whether the call makes the resource, of *objects*.
        auto_init: None where the call does not say.
    """

    workload: str
    position: Position | None
    new_name: str = ""
    port_forwards: tuple[PortForward, ...] = ()
    extra_pod_selectors: tuple[Mapping[str, str], ...] = ()
    trigger_mode: TriggerModeValue | None = None
    resource_deps: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    manually_grouped: bool = False
    auto_init: bool | None = None
    pod_readiness: str = ""
    links: tuple[Link, ...] = ()
    labels: tuple[str, ...] = ()
    discovery_strategy: str = ""


class CustomDeploy(Data):
    """How to deploy and delete a resource by commands.

    Attributes:
        deps: absolute paths; the resource is deployed again when one changes.
        ignores: base path, and patterns of files below it that do not count.
    """

    apply: Command
    delete: Command
    deps: tuple[str, ...] = ()
    ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()


class K8sResource:
    """A resource in the making.

    Attributes:
        images: reference -> whether it must be built, in the order found.
        image_counts: how often each reference is named.
        built_images: names of the builds that the resource uses, found at the end.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.objects: list[K8sObject] = []
        self.custom_deploy: CustomDeploy | None = None
        self.images: dict[ImageRef, bool] = {}
        self.image_counts: dict[str, int] = {}
        self.built_images: list[str] = []
        self.port_forwards: list[PortForward] = []
        self.extra_pod_selectors: list[Mapping[str, str]] = []
        self.pod_readiness = ""
        self.discovery_strategy = ""
        self.trigger_mode: TriggerModeValue | None = None
        self.auto_init = True
        self.resource_deps: list[str] = []
        self.links: list[Link] = []
        self.labels: dict[str, str] = {}
        self.manually_grouped = False

    def add_image(self, ref: ImageRef, *, required: bool) -> None:
        """The resource names *ref*."""
        self.images[ref] = self.images.get(ref, False) or required
        self.image_counts[str(ref)] = self.image_counts.get(str(ref), 0) + 1
