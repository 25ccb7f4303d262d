"""The steps of the assembly, in Tilt's order; each step is a file of its own.

A step is imported where a load has something for it to do.
"""

from collections.abc import Iterator

from tiltfile_ext.assembly._dependencies import check_dependencies
from tiltfile_ext.assembly._enabled import enabled_names
from tiltfile_ext.assembly._local import local_manifests
from tiltfile_ext.assembly._validate import validate
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import Data, Thread

#: the states of what is built and deployed; a load without them runs local commands at most
_DEPLOYING = (
    "tiltfile_ext.values.docker.images:Images",
    "tiltfile_ext.values.k8s.state:K8sState",
    "tiltfile_ext.values.compose.projects:ComposeProjects",
    "tiltfile_ext.values.docker.live_update:LiveUpdateSteps",
)


class Assembled(Data):
    """The manifests of a load, in Tilt's order, and the names of those that are to run."""

    manifests: tuple[Manifest, ...] = ()
    enabled: tuple[str, ...] = ()


def assemble(thread: Thread) -> Assembled:
    """Make the manifests of a load whose files have all run.

    Raises:
        BuiltinError: what the Tiltfile asked for does not fit together; the message is the whole text.
    """
    deploying = any(map(thread.keeps, _DEPLOYING))
    manifests = check_dependencies(thread, tuple(_all(thread) if deploying else local_manifests(thread)))
    validate(manifests)
    return Assembled(manifests, enabled_names(thread, manifests))


def _all(thread: Thread) -> Iterator[Manifest]:
    from tiltfile_ext.assembly._deployed import deployed_manifests
    from tiltfile_ext.assembly._kubernetes import uncategorized_manifests

    yield from deployed_manifests(thread)
    yield from local_manifests(thread)
    yield from uncategorized_manifests(thread)
