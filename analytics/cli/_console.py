"""What a verb is given besides its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics._dirs import locate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO


class Console:
    """One run of the command line: its environment, its output, and where files are."""

    def __init__(
        self,
        *,
        prog: str,
        environ: Mapping[str, str],
        stdout: TextIO,
        stderr: TextIO,
        version: str | None,
    ) -> None:
        self.prog = prog
        self.environ = environ
        self.dirs = locate(environ)
        self._stdout = stdout
        self._stderr = stderr
        self._version = version

    def put(self, line: str) -> None:
        """Write a line of data, to stdout."""
        self._stdout.write(f"{line}\n")

    def say(self, line: str) -> None:
        """Write a line of words, to stderr."""
        self._stderr.write(f"{line}\n")

    @property
    def version(self) -> str:
        """The version that events carry."""
        return self._version or _installed_version()


def _installed_version() -> str:
    """Return the version of whatever package this is a part of."""
    from importlib import metadata

    names = metadata.packages_distributions().get("analytics", [])
    return metadata.version(names[0]) if names else "0.0.0-dev"
