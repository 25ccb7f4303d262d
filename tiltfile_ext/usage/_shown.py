"""How paths are shown: relative to where the command runs, and files of extensions by their address."""

from __future__ import annotations

import os

from tiltfile_ext.usage._survey import Survey


class Shown:
    """Spells the paths of a survey."""

    def __init__(self, survey: Survey, cwd: str) -> None:
        self._origins = survey.origins
        self._cwd = os.path.realpath(cwd)

    def path(self, path: str) -> str:
        """*path* for people; one outside of the directory stays absolute."""
        if path in self._origins:
            return self._origins[path]
        relative = os.path.relpath(os.path.realpath(path), self._cwd)
        return path if relative.startswith("..") else relative


def plural(number: int, noun: str) -> str:
    """A number and what is counted, such as "1,200 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
