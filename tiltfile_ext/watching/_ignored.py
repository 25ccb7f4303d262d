"""Which changes do not matter: what a load's settings name, and what editors leave lying about.

Facts: Tilt 0.37.6, internal/controllers/core/tiltfile and internal/ignore.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from tiltfile_ext.result import LoadResult
from tiltfile_ext.values.docker.images import CommandRecipe
from tiltfile_ext.values.settings import WatchSettings
from tiltfile_ext.watching._patterns import Patterns

#: files that editors and the Go tools make beside the one that is meant
_EPHEMERAL = (
    "**/*___jb_old___", "**/*___jb_tmp___", "**/.idea/**",
    "**/.#*", "**/#*#", "**/flymake_*.*",
    "**/4913", "**/*~", "**/.*.swp", "**/.*.swx", "**/.*.swo", "**/.*.swn",
    "**/.*.kate-swp",
    "**/*-go-tmp-umask",
)  # fmt: skip


class Ignored:
    """Paths whose changes do not matter to one load."""

    def __init__(self, sources: tuple[Patterns, ...]) -> None:
        self._sources = sources

    def match(self, path: str) -> bool:
        """Whether changes of *path* do not matter."""
        return any(source.match(path) for source in self._sources)

    def match_all_below(self, directory: str) -> bool:
        """Whether nothing in *directory* matters, so that nobody need look into it."""
        return any(source.match_all_below(directory) for source in self._sources)


def ignored_by(result: LoadResult) -> Ignored:
    """What *result* has ignored; a malformed source of patterns ignores nothing, as in Tilt."""
    sources = [Patterns("/", _EPHEMERAL)]
    for directory, patterns in _settings(result):
        with contextlib.suppress(ValueError):
            sources.append(Patterns(directory, patterns))
    return Ignored(tuple(sources))


def _settings(result: LoadResult) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Directories and the patterns for what is in them."""
    for ignores in (result.tiltignore, *result.get(WatchSettings, WatchSettings()).ignores):
        yield ignores.directory, ignores.patterns
    for manifest in result.manifests:
        for image in manifest.images or ():
            recipe = getattr(getattr(image, "build", None), "recipe", None)
            if isinstance(recipe, CommandRecipe) and recipe.outputs_image_ref_to:
                directory, name = os.path.split(recipe.outputs_image_ref_to)
                yield directory, (name,)
