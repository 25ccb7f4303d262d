"""A team's choices in a file: ``tiltfile.toml``, or ``[tool.tiltfile]`` of ``pyproject.toml``.

The nearest one counts, from the working directory upwards. Flags of the command line have precedence.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from tiltfile_ext.starkit import Data, field
from tiltfile_ext.starkit._suggest import suggestion

OWN_FILE, PROJECT_FILE = "tiltfile.toml", "pyproject.toml"


class ConfigError(Exception):
    """A configuration that cannot be used; the message says where, what is wrong, and what may be said."""


class Config(Data):
    """What a file says.

    Attributes:
        path: the file, "" if there is none.
        values: key -> value; the keys are those of `KEYS`.
    """

    path: str = ""
    values: Mapping[str, Any] = field(factory=dict)

    @property
    def base(self) -> str:
        """The directory that the file's paths are relative to."""
        return os.path.dirname(self.path)


def _strings(value: object) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise ValueError("a string or a list of strings")
    return tuple(listed)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a string")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise ValueError("a number of seconds above 0")
    return float(value)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("a whole number above 0")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004  # the caller tells values from keys, not types
    return value


def _table(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ValueError("a table from patterns to lists of codes")  # noqa: TRY004
    return {pattern: _strings(codes) for pattern, codes in value.items()}


def _tables(value: object) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
        raise ValueError("a table with a table of options for each plugin")
    return value


#: key -> what makes a value of what the file has, or raises ValueError with what it wants
KEYS: dict[str, Callable[[object], Any]] = {
    "paths": _strings,
    "exclude": _strings,
    "select": _strings,
    "ignore": _strings,
    "per-file-ignores": _table,
    "analytics": _strings,
    "slow": _seconds,
    "baseline": _text,
    "jobs": _count,
    "timeout": _seconds,
    "max-memory": _count,
    "run": _truth,
    "plugins": _tables,
}


def find_config(directory: str) -> Config:
    """The nearest configuration, in *directory* or above it; an empty one if there is none.

    Raises:
        ConfigError: it cannot be used.
    """
    while True:
        for name in (OWN_FILE, PROJECT_FILE):
            path = os.path.join(directory, name)
            found = read_config(path) if os.path.isfile(path) else None
            if found is not None:
                return found
        above = os.path.dirname(directory)
        if above == directory:
            return Config()
        directory = above


def read_config(path: str) -> Config | None:
    """The configuration at *path*; None if it is a ``pyproject.toml`` without our table.

    Raises:
        ConfigError: it cannot be used.
    """
    try:
        with open(path, "rb") as file:
            document = tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    if os.path.basename(path) != PROJECT_FILE:
        return Config(path, _checked(document, path))
    ours = document.get("tool", {}).get("tiltfile")
    return None if ours is None else Config(path, _checked(ours, f"{path}: [tool.tiltfile]"))


def _checked(table: object, where: str) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: must be a table")
    return {key: _value(key, value, where) for key, value in table.items()}


def _value(key: str, value: object, where: str) -> Any:
    if key not in KEYS:
        near = suggestion(key, KEYS)
        hint = f"did you mean {near}?" if near else f"the keys are {', '.join(KEYS)}"
        raise ConfigError(f"{where}: unknown key {key!r}; {hint}")
    try:
        return KEYS[key](value)
    except ValueError as error:
        raise ConfigError(f"{where}: {key} is {value!r}; it must be {error}") from None
