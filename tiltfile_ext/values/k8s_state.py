"""What a Tiltfile says about Kubernetes: objects, options of resources, kinds, deployments of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from tiltfile_ext.starkit import BuiltinError, Function, Position
from tiltfile_ext.values.k8s_selector import Selector, selector

if TYPE_CHECKING:
    from tiltfile_ext.values.commands import Command
    from tiltfile_ext.values.image_ref import ImageRef
    from tiltfile_ext.values.k8s_object import K8sObject
    from tiltfile_ext.values.link import Link
    from tiltfile_ext.values.port_forward import PortForward
    from tiltfile_ext.values.trigger_mode import TriggerModeValue


class ImageLocator(Protocol):
    """Where the objects of a selector name their images."""

    @property
    def selector(self) -> Selector:
        """Which objects."""

    def find(self, found: K8sObject) -> list[ImageRef]:
        """The images that *found* names; none if it is not selected."""

    def json(self) -> dict[str, Any]:
        """The locator in the field names of Tilt's API."""


@attrs.define
class Kind:
    """What a selector says of its objects: they are workloads.

    Attributes:
        pod_readiness: "ignore", "wait", "succeeded", or "" for no opinion.
    """

    locators: Sequence[ImageLocator] = ()
    pod_readiness: str = ""


@attrs.frozen
class ResourceOptions:
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


@attrs.frozen
class CustomDeploy:
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


class K8sState:
    """Everything about Kubernetes that one load has collected.

    Attributes:
        objects: those that belong to no resource (yet), in order.
        resources: in the order made; ``by_name`` has the same by their names.
        naming: gives a workload's resource its name; None leaves that to Tilt.
        kinds: selectors of workloads; Tilt knows jobs from the start.
    """

    def __init__(self) -> None:
        self.objects: list[K8sObject] = []
        self.resources: list[K8sResource] = []
        self.by_name: dict[str, K8sResource] = {}
        self.options: list[ResourceOptions] = []
        self.naming: Function | None = None
        self.kinds: dict[Selector, Kind] = {
            selector("batch/v1", "Job"): Kind(pod_readiness="succeeded"),
            selector("batch/v1", "CronJob"): Kind(pod_readiness="ignore"),
        }
        self._registered: dict[tuple[str, str, str, str], str] = {}

    def add_objects(self, found: Sequence[K8sObject], trace: str, *, allow_duplicates: bool) -> None:
        """Take *found*; *trace* tells where.

        Raises:
            BuiltinError: one was there before, and may not be there twice.
        """
        for new in found:
            earlier = self._registered.get(new.identity)
            if earlier is not None and not allow_duplicates:
                raise BuiltinError(_duplicate(new, earlier))
            self._registered[new.identity] = trace
        self.objects.extend(found)

    def add_resource(self, name: str) -> K8sResource:
        """A new resource called *name*, which is free."""
        made = self.by_name[name] = K8sResource(name)
        self.resources.append(made)
        return made

    @property
    def locators(self) -> list[ImageLocator]:
        """The image locators of all kinds."""
        return [locator for kind in self.kinds.values() for locator in kind.locators]


def _duplicate(new: K8sObject, trace: str) -> str:
    namespace = f" (Namespace: {new.own_namespace})" if new.own_namespace else ""
    indented = trace.replace("\n", "\n  ")
    return (
        f"Duplicate YAML: {new.kind} {new.name}{namespace}\n"
        "Ignore this error with k8s_yaml(..., allow_duplicates=True)\n"
        f"YAML originally registered at: {indented}"
    )
