"""Local resources become manifests as they are."""

from collections.abc import Callable, Iterator
from functools import cache

from tiltfile_ext.model.ignore import Ignore, repository_ignores
from tiltfile_ext.model.local_target import LocalTarget
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import Thread
from tiltfile_ext.values.resources import LocalResource, Resources, label_map
from tiltfile_ext.values.trigger_mode import effective


def local_manifests(thread: Thread) -> Iterator[Manifest]:
    """One manifest for each local resource, in the order made."""
    resources = thread.state(Resources)
    repositories = cache(_repositories)
    for made in resources.local.values():
        yield Manifest(
            name=made.name,
            target=LocalTarget(made, tuple(_ignores(made, repositories))),
            trigger_mode=effective(made.trigger_mode, resources.trigger_mode, auto_init=made.auto_init),
            resource_dependencies=made.resource_deps,
            labels=label_map(made.labels),
        )


def _ignores(made: LocalResource, repositories: Callable[[str], tuple[Ignore, ...]]) -> Iterator[Ignore]:
    for path in dict.fromkeys((*(made.deps or ()), made.directory)):
        yield from repositories(path)
    if made.ignore:
        yield Ignore(made.directory, made.ignore)


def _repositories(path: str) -> tuple[Ignore, ...]:
    return tuple(repository_ignores((path,)))
