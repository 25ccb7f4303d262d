"""``os``: the environment and paths. ``os.environ`` itself is the engine's, over `Thread.environ`.

Paths are POSIX paths, joined and cleaned by text, as Go's path/filepath does.
"""

import errno
import os
from typing import Any

from tiltfile_ext.starkit import (
    ABSENT,
    BuiltinError,
    Environment,
    Plugin,
    Stringable,
    Thread,
    builtin,
    starlark_str,
)
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.read import os_reason


class OsPlugin(Plugin):
    """The functions of ``os`` and ``os.path``."""

    def on_start(self, env: Environment) -> None:
        """Register the marked methods, and ``os.name``."""
        super().on_start(env)
        env.add_value("os.name", "nt" if os.name == "nt" else "posix")

    @builtin("os.getcwd")
    def getcwd(self, thread: Thread) -> str:
        """The directory of the executing file."""
        return thread.directory

    @builtin("os.getenv")
    def getenv(self, thread: Thread, key: Stringable, default: Any = None) -> Any:
        """The environment variable *key*, or *default*."""
        return thread.environ.get(key, default)

    @builtin("os.putenv")
    def putenv(self, thread: Thread, key: Stringable, value: Stringable) -> None:
        """Set an environment variable, for the rest of the load and the programs that it runs."""
        if key and "=" not in key and "\0" not in key + value:
            thread.environ[key] = value

    @builtin("os.unsetenv")
    def unsetenv(self, thread: Thread, key: Stringable) -> None:
        """Remove an environment variable, for the rest of the load and the programs that it runs."""
        thread.environ.pop(key, None)

    @builtin("os.path.abspath")
    def abspath(self, thread: Thread, path: str) -> str:
        """*path* against the executing file's directory; an absolute one is kept as it is."""
        return thread.absolute(path)

    @builtin("os.path.basename")
    def basename(self, path: str) -> str:
        """The last element of *path*."""
        return go_paths.base(path)

    @builtin("os.path.dirname")
    def dirname(self, path: str) -> str:
        """All but the last element of *path*, cleaned."""
        return go_paths.dir_name(path)

    @builtin("os.path.exists")
    def exists(self, thread: Thread, path: str) -> bool:
        """Whether *path* leads to something; any failure to look is a no."""
        try:
            return os.path.exists(thread.absolute(path))
        except ValueError:
            return False

    @builtin("os.path.join")
    def join(self, *args: str, **kwargs: Any) -> str:
        """The non-empty *args* joined by "/" and cleaned; an absolute one does not start anew."""
        del kwargs  # Tilt takes and ignores them
        for index, part in enumerate(args):
            if type(part) is not str:
                raise BuiltinError(
                    f"os.path.join() only accepts strings. Argument #{index}: {starlark_str(part)}"
                )
        return go_paths.join(*args)

    @builtin("os.path.realpath")
    def realpath(self, thread: Thread, path: str) -> str:
        """The absolute path with symbolic links resolved; it must exist."""
        try:
            return os.path.realpath(thread.absolute(path), strict=True)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise BuiltinError("EvalSymlinks: too many links") from None
            raise BuiltinError(f"lstat {error.filename}: {os_reason(error)}") from None

    @builtin("os.path.relpath")
    def relpath(self, thread: Thread, targpath: str, basepath: str = ABSENT) -> str:
        """The way from *basepath* (the executing file's directory) to *targpath*, by text alone."""
        base = thread.directory if basepath is ABSENT else basepath
        try:
            return go_paths.rel(base, targpath)
        except ValueError as error:
            raise BuiltinError(str(error)) from None
