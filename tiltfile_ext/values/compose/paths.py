"""Make the paths in a compose project absolute, or relative to the file that extends or includes it.

Facts: compose-go's paths.
"""

from __future__ import annotations

import ntpath
import os
import posixpath
from collections.abc import Mapping
from typing import Any

from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.rules import Rules
from tiltfile_ext.values.go.paths import join
from tiltfile_ext.values.read import os_reason

_REMOTE = ("https://", "http://", "git://", "ssh://", "github.com/", "git@")


def resolve_paths(tree: dict[str, Any], directory: str, environ: Mapping[str, str]) -> None:
    """Make every path in *tree* start at *directory*, in place; "~" is the home directory.

    Raises:
        ComposeError: a bind mount without a source.
    """
    _Resolver(directory, environ).rules().apply(tree)


class _Resolver:
    def __init__(self, directory: str, environ: Mapping[str, str]) -> None:
        self._directory = directory
        self._home = environ.get("HOME", "")

    def rules(self) -> Rules:
        return Rules(
            {
                "services.*.build.context": self._context,
                "services.*.build.additional_contexts.*": self._context,
                "services.*.build.ssh.*": self._mounted,
                "services.*.env_file.*.path": self._path,
                "services.*.extends.file": self._path,
                "services.*.label_file.*": self._path,
                "services.*.develop.watch.*.path": self._watched,
                "services.*.volumes.*": self._mount,
                "configs.*.file": self._mounted,
                "secrets.*.file": self._mounted,
                "volumes.*": self._volume,
            }
        )

    def _path(self, value: Any) -> Any:
        if type(value) is not str:
            raise ComposeError(f"unexpected type {type(value).__name__}")
        value = self._expanded(value)
        return value if value.startswith("/") or not value else join(self._directory, value)

    def _expanded(self, path: str) -> str:
        return join(self._home, path[1:]) if path.startswith("~") and self._home else path

    def _context(self, value: Any) -> Any:
        if isinstance(value, str) and ("://" in value or value.startswith(("service:", *_REMOTE))):
            return value
        return self._path(value)

    def _mounted(self, value: Any) -> Any:
        """A path that may be one of Windows, where the daemon runs there."""
        if type(value) is not str:
            return value
        value = self._expanded(value)
        absolute = posixpath.isabs(value) or _is_windows_path(value)
        return value if absolute else join(self._directory, value)

    def _watched(self, value: Any) -> Any:
        """A path whose first symbolic link is followed."""
        path = self._path(value)
        for end in [*(at for at, sign in enumerate(path) if sign == "/" and at), len(path)]:
            if os.path.islink(path[:end]):
                return _followed(path[:end]) + path[end:]
        return path

    def _mount(self, value: Any) -> Any:
        if isinstance(value, dict) and value.get("type") == "bind":
            if type(value.get("source")) is not str:
                raise ComposeError('invalid mount config for type "bind": field Source must not be empty')
            value["source"] = self._mounted(value["source"])
        return value

    def _volume(self, value: Any) -> Any:
        """A volume of the local driver may be a bind mount by its options."""
        options = (
            value.get("driver_opts") if isinstance(value, dict) and value.get("driver") == "local" else None
        )
        if isinstance(options, dict) and options.get("o") == "bind" and "device" in options:
            options["device"] = self._mounted(options["device"])
        return value


def _followed(link: str) -> str:
    try:
        return os.path.realpath(link, strict=True)
    except OSError as error:
        raise ComposeError(f"lstat {error.filename}: {os_reason(error)}") from None


def _is_windows_path(path: str) -> bool:
    return bool(ntpath.splitdrive(path)[0]) and ntpath.isabs(path)
