"""What a verb is given besides its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics._app import locate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from analytics._app import App


class Console:
    """One run of the command line: its environment, its output, and where files are."""

    def __init__(
        self,
        *,
        prog: str,
        app: App,
        environ: Mapping[str, str],
        stdout: TextIO,
        stderr: TextIO,
        version: str | None,
    ) -> None:
        self.prog = prog
        self.app = app
        self.environ = environ
        self.dirs = locate(environ, app)
        self._stdout = stdout
        self._stderr = stderr
        self._version = version

    def put(self, line: str) -> None:
        """Write a line of data, to stdout."""
        self._stdout.write(f"{line}\n")

    def write(self, data: str) -> None:
        """Write data as it is, to stdout, at once."""
        self._stdout.write(data)
        self._stdout.flush()

    def say(self, line: str) -> None:
        """Write a line of words, to stderr."""
        self._stderr.write(f"{line}\n")

    def fail(self, line: str) -> int:
        """Say what went wrong, and return the exit code for it."""
        self.say(line)
        return 1

    @property
    def version(self) -> str:
        """The version that events carry."""
        return self._version or _installed_version()


def reason(error: OSError) -> str:
    """Return why *error* happened, in words."""
    return error.strerror or str(error)


def _installed_version() -> str:
    """Return the version of whatever package this is a part of."""
    from importlib import metadata

    names = metadata.packages_distributions().get("analytics", [])
    return metadata.version(names[0]) if names else "0.0.0-dev"
