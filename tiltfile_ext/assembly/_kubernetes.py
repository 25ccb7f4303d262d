"""Kubernetes: objects become resources, resources get their options, and then become manifests.

The steps are imported when a load has something for them to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tiltfile_ext.starkit import Thread
from tiltfile_ext.values.k8s.state import K8sState

if TYPE_CHECKING:
    from tiltfile_ext.model.manifest import Manifest


def assemble_kubernetes(thread: Thread) -> None:
    """Put the Kubernetes resources of a load together.

    Raises:
        BuiltinError: they do not fit together.
    """
    state = thread.state(K8sState)
    if not (state.objects or state.options or state.resources):
        return
    from tiltfile_ext.assembly._k8s_options import apply_options, check_resources
    from tiltfile_ext.assembly._k8s_workloads import group_by_pod_template, group_by_workload

    group_by_workload(thread)
    group_by_pod_template(thread)
    apply_options(thread)
    check_resources(thread)


def k8s_manifests(thread: Thread) -> tuple[Manifest, ...]:
    """One manifest for each Kubernetes resource, in the order made.

    Raises:
        BuiltinError: an image depends on itself, a live update restarts a container, or the cluster might
            be production.
    """
    state = thread.state(K8sState)
    if not (state.resources or state.objects):
        return ()
    from tiltfile_ext.assembly._k8s_manifests import resource_manifests

    return resource_manifests(thread)


def uncategorized_manifests(thread: Thread) -> Iterable[Manifest]:
    """The manifest of the objects that belong to no resource, if there are any."""
    if not thread.state(K8sState).objects:
        return ()
    from tiltfile_ext.assembly._k8s_manifests import uncategorized_manifest

    return (uncategorized_manifest(thread),)
