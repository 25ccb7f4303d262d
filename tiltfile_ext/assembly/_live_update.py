"""Live updates that cannot work: paths that nobody watches, steps that nobody uses."""

import os
from collections.abc import Iterable, Iterator

from tiltfile_ext.model.image_target import ImageTarget, images_of
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import BuiltinError, Thread, type_name
from tiltfile_ext.values.docker.live_update import LiveUpdate, LiveUpdateSteps
from tiltfile_ext.values.go import paths as go_paths

_RESTART_IS_OLD = (
    "Found `restart_container()` LiveUpdate step in resource(s): [{names}]. `restart_container()`  has been "
    "deprecated for k8s resources. We recommend the restart_process extension: "
    "https://github.com/tilt-dev/tilt-extensions/tree/master/restart_process. For more information, see "
    "https://docs.tilt.dev/live_update_reference.html#restarting-your-process"
)


def refuse_restarts(manifests: Iterable[Manifest]) -> None:
    """Kubernetes resources cannot restart a container.

    Raises:
        BuiltinError: with the names of all *manifests* that ask for it.
    """
    names = [manifest.name for manifest in manifests if any(map(_restarts, images_of(manifest)))]
    if names:
        raise BuiltinError(_RESTART_IS_OLD.format(names=", ".join(names)))


def _restarts(image: ImageTarget) -> bool:
    return image.build.live_update.restart


def check_live_updates(thread: Thread, manifests: Iterable[Manifest]) -> None:
    """Check that deployed images watch what their live updates wait for, and that every step is used.

    Raises:
        BuiltinError: they do not, or one is not.
    """
    for manifest in manifests:
        images = {image.image_map: image for image in images_of(manifest)}
        for image in images.values():
            if image.deployed and image.build.live_update:
                _check_paths(image.build.live_update, list(_watched(image, images, set())))
    _check_all_used(thread.state(LiveUpdateSteps))


def _watched(image: ImageTarget, images: dict[str, ImageTarget], seen: set[str]) -> Iterator[str]:
    """The paths of *image* after those of the images that it is made from."""
    for name in image.needs:
        if name not in seen:
            yield from _watched(images[name], images, seen)
    yield from image.paths
    seen.add(image.image_map)


def _check_paths(update: LiveUpdate, watched: list[str]) -> None:
    sources = [("sync step source", local) for local, _ in update.syncs]
    stops = [("fall_back_on paths", path) for path in update.stop_paths]
    for words, path in sources + stops:
        resolved = go_paths.join(update.base_path, path)
        if not any(_is_below(directory, resolved) for directory in watched):
            raise BuiltinError(
                f"{words} '{resolved}' is not a child of any watched filepaths ([{' '.join(watched)}])"
            )


def _is_below(directory: str, path: str) -> bool:
    """Whether *path* is *directory* or below it; names that differ in case are compared on disk."""
    if not directory:
        return False
    directory, path = go_paths.clean(directory), go_paths.clean(path)
    while path.lower() != directory.lower():
        if len(path) <= len(directory) or path == ".":
            return False
        path = go_paths.dir_name(path)
    return path == directory or _is_same_file(path, directory)


def _is_same_file(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _check_all_used(steps: LiveUpdateSteps) -> None:
    if steps.unused:
        lines = [
            f"{position}: value '{step}' of type '{type_name(step)}'"
            for position, step in steps.unused.items()
        ]
        raise BuiltinError(
            f"found {len(lines)} live_update steps that were created but not used in a live_update:\n"
            + "\n\t".join(lines)
        )
