"""Local resources become manifests as they are."""

from collections.abc import Iterator

from tiltfile_ext.model.ignore import Ignore, repository_ignores
from tiltfile_ext.model.local_target import LocalTarget
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import Thread
from tiltfile_ext.values.resources import LocalResource, Resources, label_map
from tiltfile_ext.values.trigger_mode import effective


def local_manifests(thread: Thread) -> Iterator[Manifest]:
    """One manifest for each local resource, in the order made."""
    resources = thread.state(Resources)
    for made in resources.local.values():
        yield Manifest(
            name=made.name,
            target=LocalTarget(made, tuple(_ignores(made))),
            trigger_mode=effective(made.trigger_mode, resources.trigger_mode, auto_init=made.auto_init),
            resource_dependencies=made.resource_deps,
            labels=label_map(made.labels),
        )


def _ignores(made: LocalResource) -> Iterator[Ignore]:
    yield from repository_ignores((*(made.deps or ()), made.directory))
    if made.ignore:
        yield Ignore(made.directory, made.ignore)
