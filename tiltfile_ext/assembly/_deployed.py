"""What is built and deployed: images, Kubernetes resources and compose services."""

from tiltfile_ext.assembly._images import link_images
from tiltfile_ext.assembly._kubernetes import assemble_kubernetes, k8s_manifests
from tiltfile_ext.assembly._live_update import check_live_updates
from tiltfile_ext.assembly._unused_images import warn_of_unused_images
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import Thread
from tiltfile_ext.values.k8s.state import K8sState

_COMPOSE = "tiltfile_ext.values.compose.projects:ComposeProjects"


def deployed_manifests(thread: Thread) -> tuple[Manifest, ...]:
    """The manifests of Kubernetes resources, then those of compose services.

    Raises:
        BuiltinError: they, their images or their live updates do not fit together.
    """
    link_images(thread)
    assemble_kubernetes(thread)
    k8s = thread.state(K8sState)
    warn_of_unused_images(
        thread,
        k8s_resources=len(k8s.resources),
        k8s_rest=len(k8s.objects),
        services=_link_services(thread),
    )
    deployed = (*k8s_manifests(thread), *_service_manifests(thread))
    check_live_updates(thread, deployed)
    return deployed


def _link_services(thread: Thread) -> int:
    """Find the images of compose services; returns how many services there are."""
    if not thread.keeps(_COMPOSE):
        return 0
    from tiltfile_ext.assembly._compose import link_service_images, service_count

    link_service_images(thread)
    return service_count(thread)


def _service_manifests(thread: Thread) -> tuple[Manifest, ...]:
    if not thread.keeps(_COMPOSE):
        return ()
    from tiltfile_ext.assembly._compose import compose_manifests

    return tuple(compose_manifests(thread))
