"""Find and read the files that a load executes."""

from __future__ import annotations

from collections.abc import Sequence

from tiltfile_ext.starkit import BuiltinError, Plugin, Thread
from tiltfile_ext.values.read import read_bytes


class SourceFiles:
    """Paths on disk, and whatever names the plugins know ("ext://hello")."""

    def __init__(self, plugins: Sequence[Plugin]) -> None:
        #: path -> bytes of every file read to be executed, in order
        self.sources: dict[str, bytes] = {}
        #: path -> what the first load statement that led to it says
        self.origins: dict[str, str] = {}
        self._plugins = tuple(plugin for plugin in plugins if type(plugin).resolve is not Plugin.resolve)

    def resolve(self, thread: Thread, spec: str) -> str:
        """The absolute path that ``load(spec)`` means."""
        path = self._path(thread, spec)
        self.origins.setdefault(path, spec)
        return path

    def _path(self, thread: Thread, spec: str) -> str:
        for plugin in self._plugins:
            path = plugin.resolve(thread, spec)
            if path is not None:
                return path
        return thread.absolute(spec)

    def read(self, thread: Thread, path: str) -> str:
        """The text of the file at *path*; it is watched from now on, also if it cannot be read."""
        thread.watch(path)
        try:
            data = read_bytes(path, thread.check)
        except BuiltinError as error:
            raise BuiltinError(f"error reading file {path}: {error}") from None
        self.sources[path] = data
        return data.decode("utf-8", "surrogateescape")
