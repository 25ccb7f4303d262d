"""Read and watch files. What is read is watched: a change of it means that the outcome may change."""

import os

from tiltfile_ext.starkit import Blob, OptionalString, Plugin, Thread, builtin
from tiltfile_ext.values.paths import LocalPath
from tiltfile_ext.values.read import MissingFileError, read_watched, watch


class FilesPlugin(Plugin):
    """``blob``, ``read_file``, ``listdir`` and ``watch_file``."""

    @builtin
    def blob(self, input: str) -> Blob:
        """Text that is content, not a path."""
        return Blob(input, "Tiltfile blob() call")

    @builtin
    def read_file(self, thread: Thread, paths: LocalPath, default: OptionalString = None) -> Blob:
        """The text of a file; *default* if it does not exist."""
        try:
            text = read_watched(thread, paths)
        except MissingFileError:
            if default is None:
                raise
            text = default
        return Blob(text, f"file: {paths}")

    @builtin
    def watch_file(self, thread: Thread, paths: LocalPath) -> None:
        """Load again when the file, or anything below the directory, changes."""
        watch(thread, paths)

    @builtin
    def listdir(self, thread: Thread, dir: LocalPath, recursive: bool = False) -> list[str]:
        """Absolute paths of all in a directory but directories; with *recursive* of all below it, watched."""
        if recursive:
            watch(thread, dir)
        if os.path.islink(dir):
            return []
        return _listed(dir, recursive=recursive)


def _listed(directory: str, *, recursive: bool) -> list[str]:
    """Files below *directory*, each level sorted by name; nothing where it cannot be read."""
    found: list[str] = []
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError:
        return found
    for entry in entries:
        path = os.path.join(directory, entry.name)
        if not entry.is_dir(follow_symlinks=False):
            found.append(path)
        elif recursive:
            found.extend(_listed(path, recursive=True))
    return found
