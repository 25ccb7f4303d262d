"""What a ``workload_to_resource_function`` is given: which object it is to name."""

from __future__ import annotations

from typing import ClassVar

from tiltfile_ext.starkit import Data, StarlarkValue
from tiltfile_ext.values.k8s.object import K8sObject


class K8sObjectID(StarlarkValue, Data):
    """Name, kind, namespace ("default" without one) and group ("" for the core) of an object."""

    starlark_type: ClassVar[str] = "K8sObjectID"
    go_type: ClassVar[str] = "tiltfile.k8sObjectID"
    starlark_attributes: ClassVar[tuple[str, ...]] = ("group", "kind", "name", "namespace")

    name: str
    kind: str
    namespace: str
    group: str

    @classmethod
    def of(cls, found: K8sObject) -> K8sObjectID:
        """The id of *found*."""
        return cls(found.name, found.kind, found.namespace, found.group)

    def __str__(self) -> str:
        return f"{self.name}:{self.kind}:{self.namespace}:{self.group}".lower()
