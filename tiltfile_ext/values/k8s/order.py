"""The order in which Kubernetes objects are applied: first those that others need.

Facts: Tilt 0.37.6, internal/kustomize/ordering.go.
"""

from collections.abc import Iterable

from tiltfile_ext.values.k8s.object import K8sObject

_FIRST = (
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "MutatingWebhookConfiguration",
    "ServiceAccount", "PodSecurityPolicy", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding",
    "PersistentVolume", "PersistentVolumeClaim", "ConfigMap", "Secret", "Service", "LimitRange",
    "PriorityClass", "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget",
)  # fmt: skip
_PLACES = {kind: place for place, kind in enumerate(_FIRST)}


def in_order(objects: Iterable[K8sObject]) -> tuple[K8sObject, ...]:
    """*objects*, those of known kinds first, in the order of their kinds."""
    return tuple(sorted(objects, key=lambda found: _PLACES.get(found.kind, len(_FIRST))))
