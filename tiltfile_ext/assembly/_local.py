"""Local resources become manifests as they are."""

from collections.abc import Callable, Iterator
from functools import cache

from tiltfile_ext.model.ignore import Ignore, repository_in
from tiltfile_ext.model.local_target import LocalTarget
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import Thread
from tiltfile_ext.values.resources import LocalResource, Resources, label_map
from tiltfile_ext.values.trigger_mode import effective


def local_manifests(thread: Thread) -> Iterator[Manifest]:
    """One manifest for each local resource, in the order made."""
    resources = thread.state(Resources)
    cached_repository_in = cache(repository_in)
    for made in resources.local.values():
        yield Manifest(
            name=made.name,
            target=LocalTarget(made, _ignores(made, cached_repository_in)),
            trigger_mode=effective(made.trigger_mode, resources.trigger_mode, auto_init=made.auto_init),
            resource_dependencies=made.resource_deps,
            labels=label_map(made.labels),
        )


def _ignores(made: LocalResource, repository_in: Callable[[str], tuple[Ignore, ...]]) -> tuple[Ignore, ...]:
    paths = dict.fromkeys((*(made.deps or ()), made.directory))
    found = [each for path in paths for each in repository_in(path)]
    if made.ignore:
        found.append(Ignore(made.directory, made.ignore))
    return tuple(found)
