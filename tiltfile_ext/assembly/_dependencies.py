"""Dependencies between resources: to itself and in a circle is an error, to nobody a warning."""

from collections.abc import Iterator, Sequence

from tiltfile_ext.assembly._errors import ModelLostError
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import Thread, evolve


def check_dependencies(thread: Thread, manifests: Sequence[Manifest]) -> tuple[Manifest, ...]:
    """*manifests* without dependencies on resources that do not exist; each of those is warned of.

    Raises:
        ModelLostError: a resource depends on itself, or a circle of them.
    """
    names = {manifest.name for manifest in manifests}
    checked = tuple(
        _known_only(thread, manifest, names) if manifest.resource_dependencies else manifest
        for manifest in manifests
    )
    graph = {manifest.name: manifest.resource_dependencies for manifest in checked}
    done: set[str] = set()
    for name, needed in graph.items():
        cycle = _find_cycle(graph, name, done) if needed else []
        if cycle:
            raise ModelLostError(f"cycle detected in resource dependency graph: {' -> '.join(cycle)}")
    return checked


def _known_only(thread: Thread, manifest: Manifest, names: set[str]) -> Manifest:
    return evolve(manifest, resource_dependencies=tuple(_known(thread, manifest, names)))


def _known(thread: Thread, manifest: Manifest, names: set[str]) -> Iterator[str]:
    for needed in manifest.resource_dependencies:
        if needed == manifest.name:
            raise ModelLostError(f"resource {needed} specified a dependency on itself")
        if needed in names:
            yield needed
        else:
            thread.log(
                "warning",
                f"resource {manifest.name} specified a dependency on unknown resource {needed} - "
                "dependency ignored",
            )


def _find_cycle(graph: dict[str, tuple[str, ...]], start: str, done: set[str]) -> list[str]:
    """The first circle reachable from *start*, its first name again at the end; [] if there is none.

    Walks with a stack of its own: chains of resources may be longer than Python's.
    """
    #: the resources from *start* to where the walk is: name -> those it needs that are still to be seen
    path = {start: iter(graph[start])} if start not in done else {}
    while path:
        name = next(reversed(path))
        needed = next(path[name], None)
        if needed is None:
            del path[name]
            done.add(name)
        elif needed in path:
            names = list(path)
            return [*names[names.index(needed) :], needed]
        elif needed not in done:
            path[needed] = iter(graph[needed])
    return []
