"""The steps of the assembly, in Tilt's order; each step is a file of its own."""

import attrs

from tiltfile_ext.assembly._dependencies import check_dependencies
from tiltfile_ext.assembly._local import local_manifests
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import Thread


@attrs.frozen
class Assembled:
    """The manifests of a load, in Tilt's order, and the names of those that are to run."""

    manifests: tuple[Manifest, ...] = ()
    enabled: tuple[str, ...] = ()


def assemble(thread: Thread) -> Assembled:
    """Make the manifests of a load whose files have all run.

    Raises:
        BuiltinError: what the Tiltfile asked for does not fit together; the message is the whole text.
    """
    manifests = tuple(local_manifests(thread))
    manifests = check_dependencies(thread, manifests)
    return Assembled(manifests, tuple(manifest.name for manifest in manifests))
