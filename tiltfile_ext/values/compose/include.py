"""``include``: other compose projects whose services and resources become this one's.

Facts: compose-go's include.go.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit import Data, evolve
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.merge import merge
from tiltfile_ext.values.compose.reader import Document
from tiltfile_ext.values.compose.readers import text, text_or_texts
from tiltfile_ext.values.go.paths import dir_name, join

if TYPE_CHECKING:
    from tiltfile_ext.values.compose.files import Loader

Tree = dict[str, Any]
_RESOURCES = ("services", "volumes", "networks", "secrets", "configs", "models")


class _Include(Data):
    """One element of ``include``; ``paths`` are absolute, the first is the one that others go over."""

    paths: tuple[str, ...]
    project_directory: str
    env_files: tuple[str, ...]


def apply_include(loader: Loader, model: Tree, document: Document) -> None:
    """Add what *model* includes to it, in place.

    Raises:
        ComposeError: an include that is none, of a file that includes this one, or of a bad project.
    """
    included = model.pop("include", None)
    if included is None:
        return
    if not isinstance(included, list):
        raise ComposeError("`include` must be a list")
    for element in included:
        _import(_included(loader, element), model, document)


def _included(loader: Loader, element: Any) -> Tree:
    from tiltfile_ext.values.compose.environment import variables_of
    from tiltfile_ext.values.compose.files import File

    include, base = _read(loader, element)
    found = variables_of(include.env_files, loader.environment)
    level = evolve(
        loader,
        directory=include.project_directory,
        base=base,
        environment={**found, **loader.environment},
    )
    return level.load([File(path) for path in include.paths])


def _read(loader: Loader, element: Any) -> tuple[_Include, str]:
    """An element of ``include``, and where its paths start, relative to this level."""
    if isinstance(element, str):
        element = {"path": element}
    if not isinstance(element, dict):
        raise ComposeError("`include` must be a list of paths or mappings")
    paths = tuple(map(loader.found, text_or_texts(element.get("path"))))
    directory = text(element.get("project_directory"))
    base = ""
    if paths:
        directory, base = _directories(loader, paths[0], directory)
        if paths[0] in loader.included:
            chain = "\n include ".join(loader.included[1:] + paths[:1])
            raise ComposeError(f"include cycle detected:\n{loader.included[0]}\n include {chain}")
    env_files = _env_files(loader, text_or_texts(element.get("env_file")), directory)
    return _Include(paths, directory, env_files), base


def _directories(loader: Loader, path: str, directory: str) -> tuple[str, str]:
    if not directory:
        return dir_name(path), loader.directory_of(path)
    if directory.startswith("/"):
        return directory, directory
    return join(loader.base, directory), loader.directory_of(directory)


def _env_files(loader: Loader, given: list[str], directory: str) -> tuple[str, ...]:
    if not given:
        default = join(directory, ".env")
        return (default,) if os.path.exists(default) and not os.path.isdir(default) else ()
    return tuple(_env_file(loader, path) for path in given if path != "/dev/null")


def _env_file(loader: Loader, path: str) -> str:
    if path.startswith("/"):
        return path
    found = join(loader.base, path)
    if not os.path.exists(found):
        raise ComposeError(f"stat {found}: no such file or directory")
    if os.path.isdir(found):
        raise ComposeError(f"{found} is not a file")
    return found


def _import(source: Tree, model: Tree, document: Document) -> None:
    """Add the resources of *source* to *model*, whose own go over those of the same name."""
    for kind in _RESOURCES:
        if source.get(kind) is None:
            continue
        target = model.setdefault(kind, {})
        if not isinstance(target, dict):
            raise ComposeError(f"{kind} must be a mapping")
        for name, resource in source[kind].items():
            if name in target:
                document.reset({kind: {name: resource}})
                target[name] = merge(resource, target[name], (kind, name))
            else:
                target[name] = resource
