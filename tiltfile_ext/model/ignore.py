"""Files that do not count: a path with all below it, or patterns below a path."""

import os
from collections.abc import Iterable, Iterator
from typing import Any

from tiltfile_ext.starkit import Data
from tiltfile_ext.values.go import paths as go_paths


class Ignore(Data, eq=False):
    """All below ``base_path``, or what matches ``patterns`` (those of a .dockerignore) there."""

    base_path: str
    patterns: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The rule as Go prints a struct, for messages."""
        return f"{{BasePath:{self.base_path} Patterns:[{' '.join(self.patterns)}]}}"

    def json(self) -> dict[str, Any]:
        """The rule in Tilt's field names and order."""
        fields: dict[str, Any] = {"basePath": self.base_path}
        return {**fields, "patterns": list(self.patterns)} if self.patterns else fields


def ignores_json(ignores: Iterable[Ignore]) -> list[dict[str, Any]] | None:
    """*ignores* as a list, null where there are none."""
    return [ignore.json() for ignore in ignores] or None


def repository_ignores(paths: Iterable[str]) -> Iterator[Ignore]:
    """The ``.git`` directories right in *paths*: what git writes there is no change."""
    for path in dict.fromkeys(paths):
        yield from repository_in(path)


def repository_in(path: str) -> tuple[Ignore, ...]:
    """The ``.git`` directory right in *path*, if there is one."""
    clean = go_paths.clean(path)
    repository = f"{clean}/.git" if clean not in ("/", ".") else go_paths.join(path, ".git")
    # most have none, which access() tells at half the cost of an exception
    found = os.access(repository, os.F_OK) and os.path.isdir(repository)
    return (Ignore(repository),) if found else ()
