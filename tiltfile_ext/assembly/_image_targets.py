"""The images that a resource builds: those it uses, and those they are made from."""

import os
from collections.abc import Iterable, Iterator

from tiltfile_ext.model.ignore import Ignore, repository_ignores
from tiltfile_ext.model.image_target import ImageTarget
from tiltfile_ext.starkit import BuiltinError, Thread
from tiltfile_ext.values.docker.images import CommandRecipe, ComposeRecipe, ImageBuild, Images
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.ignores import read_patterns
from tiltfile_ext.values.read import file_bytes, os_reason


def image_targets_for(thread: Thread, manifest: str, names: Iterable[str]) -> tuple[ImageTarget, ...]:
    """The images of the resource *manifest*, each after those that it is made from.

    *names* are the `ImageBuild.image_map` of the builds that the resource itself uses, in its order.

    Raises:
        BuiltinError: an image is made from itself, or an ignore file cannot be read.
    """
    direct = tuple(names)
    found: dict[str, ImageTarget | None] = {}

    def visit(wanted: Iterable[str]) -> Iterator[ImageTarget]:
        for name in wanted:
            build = thread.state(Images).by_image_map(name)
            if name in found:
                if found[name] is None:
                    raise BuiltinError(f"Image dependency cycle: {build.selector.ref}")
                continue
            found[name] = None
            context, watch = _ignores(thread, build)
            target = ImageTarget(manifest, build, context, watch, direct=name in direct)
            yield from visit(build.needs)
            found[name] = target
            yield target

    return tuple(visit(direct))


def _ignores(thread: Thread, build: ImageBuild) -> tuple[tuple[Ignore, ...], tuple[Ignore, ...]]:
    """What is left out of the build, and what is not watched.

    The Dockerfile is not watched: the Tiltfile is loaded again when it changes, and hands its text on.
    """
    context = [Ignore(build.tiltfile)] if build.tiltfile else []
    context += _repositories(build)
    try:
        context += _ignore_files(thread, build)
    except (OSError, ValueError) as error:
        raise BuiltinError(f"reading dockerignore for {build.familiar}: {error}") from None
    dockerfile = _dockerfile_path(build)
    watch = [*context, Ignore(dockerfile)] if dockerfile else list(context)
    if isinstance(build.recipe, ComposeRecipe):
        watch += map(Ignore, build.recipe.volumes)
    return tuple(context), tuple(watch)


def _repositories(build: ImageBuild) -> Iterator[Ignore]:
    """The ``.git`` directories right below the paths that the build reads."""
    recipe = build.recipe
    paths = recipe.deps or () if isinstance(recipe, CommandRecipe) else filter(None, (recipe.context,))
    return repository_ignores((_dockerfile_path(build), *paths))


def _dockerfile_path(build: ImageBuild) -> str:
    return "" if isinstance(build.recipe, CommandRecipe) else build.recipe.dockerfile_path


def _ignore_files(thread: Thread, build: ImageBuild) -> Iterator[Ignore]:
    """What ``ignore=``, ``only=`` and the ignore files say, for each directory that the build reads."""
    recipe = build.recipe
    paths = recipe.deps or () if isinstance(recipe, CommandRecipe) else (recipe.context,)
    for path in dict.fromkeys(filter(None, paths)):
        if not os.path.isdir(path):
            continue
        only = ("**", *(f"!{kept}" for kept in build.onlys)) if build.onlys else ()
        for patterns in (build.ignores, only, _read(thread, _ignore_file(build, path))):
            if patterns:
                yield Ignore(path, patterns)


def _ignore_file(build: ImageBuild, directory: str) -> str:
    """The file beside the Dockerfile if there is one, else that of the directory."""
    dockerfile = _dockerfile_path(build)
    if dockerfile:
        try:
            os.stat(f"{dockerfile}.dockerignore")
        except FileNotFoundError:
            pass
        except OSError:
            return f"{dockerfile}.dockerignore"
        else:
            return f"{dockerfile}.dockerignore"
    return go_paths.join(directory, ".dockerignore")


def _read(thread: Thread, path: str) -> tuple[str, ...]:
    thread.watch(path)
    try:
        data = file_bytes(path, thread.check)
    except FileNotFoundError:
        return ()
    except OSError as error:
        verb = "read" if isinstance(error, IsADirectoryError) else "open"
        raise ValueError(f"{verb} {path}: {os_reason(error)}") from None
    return read_patterns(data)
