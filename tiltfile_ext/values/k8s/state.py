"""What a Tiltfile says about Kubernetes: objects, resources and their options, kinds of workloads.

Every load makes this state, so what only few need is imported late.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from tiltfile_ext.starkit import BuiltinError, Function
from tiltfile_ext.values.k8s.selector import Selector

if TYPE_CHECKING:
    from tiltfile_ext.values.docker.image_ref import ImageRef
    from tiltfile_ext.values.k8s.object import K8sObject
    from tiltfile_ext.values.k8s.resources import K8sResource, ResourceOptions


class ImageLocator(Protocol):
    """Where the objects of a selector name their images."""

    @property
    def selector(self) -> Selector:
        """Which objects."""

    def find(self, found: K8sObject) -> list[ImageRef]:
        """The images that *found* names; none if it is not selected."""

    def json(self) -> dict[str, Any]:
        """The locator in the field names of Tilt's API."""


class Kind:
    """What a selector says of its objects: they are workloads.

    Attributes:
        locators: where they name images.
        pod_readiness: "ignore", "wait", "succeeded", or "" for no opinion.
    """

    def __init__(self, pod_readiness: str = "") -> None:
        self.locators: Sequence[ImageLocator] = ()
        self.pod_readiness = pod_readiness


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
            Selector("(?i)batch/v1", "(?i)Job"): Kind("succeeded"),
            Selector("(?i)batch/v1", "(?i)CronJob"): Kind("ignore"),
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
        from tiltfile_ext.values.k8s.resources import K8sResource

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
