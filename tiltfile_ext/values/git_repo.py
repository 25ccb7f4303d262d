"""A git repository on this machine, which stands for its directory."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from tiltfile_ext.starkit import Builtin, Thread
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.paths import PathValue


def _declare_paths(paths: str) -> str:  # type: ignore[empty-body]
    """A path in the repository."""


class GitRepo(PathValue):
    """What ``local_git_repo`` returns. Equal to nothing but itself."""

    __slots__ = ("_thread",)

    starlark_type: ClassVar[str] = "git.Repo"
    go_type: ClassVar[str] = "*git.Repo"
    starlark_methods: ClassVar[tuple[str, ...]] = ("paths",)
    starlark_declarations: ClassVar[Mapping[str, Callable[..., Any]]] = {"paths": _declare_paths}

    def __init__(self, base_path: str, thread: Thread) -> None:
        super().__init__(base_path)
        self._thread = thread

    def __str__(self) -> str:
        return f"[git.Repo] '{self.base_path}'"

    def paths(self, *args: Any, **kwargs: Any) -> str:
        """A path in the repository. Its argument is counted, a call is not, as in Tilt 0.37.6."""
        (path,) = _PATHS.bind(self._thread, args, kwargs)
        self._thread.counts.argument("paths", "paths")
        return go_paths.join(self.base_path, path)


_PATHS = Builtin("paths", _declare_paths)
