"""The steps of the assembly, in Tilt's order; each step is a file of its own."""

from tiltfile_ext.assembly._compose import compose_manifests, link_service_images, service_count
from tiltfile_ext.assembly._dependencies import check_dependencies
from tiltfile_ext.assembly._enabled import enabled_names
from tiltfile_ext.assembly._images import link_images
from tiltfile_ext.assembly._kubernetes import assemble_kubernetes, k8s_manifests, uncategorized_manifests
from tiltfile_ext.assembly._live_update import check_live_updates
from tiltfile_ext.assembly._local import local_manifests
from tiltfile_ext.assembly._unused_images import warn_of_unused_images
from tiltfile_ext.assembly._validate import validate
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import Data, Thread
from tiltfile_ext.values.k8s_state import K8sState


class Assembled(Data):
    """The manifests of a load, in Tilt's order, and the names of those that are to run."""

    manifests: tuple[Manifest, ...] = ()
    enabled: tuple[str, ...] = ()


def assemble(thread: Thread) -> Assembled:
    """Make the manifests of a load whose files have all run.

    Raises:
        BuiltinError: what the Tiltfile asked for does not fit together; the message is the whole text.
    """
    link_images(thread)
    assemble_kubernetes(thread)
    k8s = thread.state(K8sState)
    link_service_images(thread)
    warn_of_unused_images(
        thread,
        k8s_resources=len(k8s.resources),
        k8s_rest=len(k8s.objects),
        services=service_count(thread),
    )
    deployed = (*k8s_manifests(thread), *compose_manifests(thread))
    check_live_updates(thread, deployed)
    manifests = (*deployed, *local_manifests(thread), *uncategorized_manifests(thread))
    manifests = check_dependencies(thread, manifests)
    validate(manifests)
    return Assembled(manifests, enabled_names(thread, manifests))
