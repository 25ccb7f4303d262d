"""The variables of a project: the process's, those of env files, and those of each service.

Facts: compose-go's dotenv.GetEnvFromFile, cli.WithEnvFiles, and Project.WithServicesEnvironmentResolved.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from tiltfile_ext.values.compose.dotenv import parse
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.kinds import Fields
from tiltfile_ext.values.compose.template import Lookup
from tiltfile_ext.values.go.paths import join

_NO_DEFAULT = "COMPOSE_DISABLE_ENV_FILE"
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")


def variables_of(paths: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of env files, later ones over earlier ones; *environment* is for their values' variables.

    Raises:
        ComposeError: a file that is not there, or that is none.
    """
    found: dict[str, str] = {}
    for path in paths:
        parse(_text(path), found, lambda name: environment.get(name, found.get(name)))
    return found


def _text(path: str) -> str:
    from tiltfile_ext.values.compose.files import read_text

    if not os.path.exists(path):
        raise ComposeError(f"couldn't find env file: {path}")
    if os.path.isdir(path):
        raise ComposeError(f"{path} is a directory")
    return read_text(path)


def default_env_files(directory: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """``.env`` of the project directory, unless it is not there or switched off.

    Raises:
        ComposeError: COMPOSE_DISABLE_ENV_FILE is no bool.
    """
    disabled = environ.get(_NO_DEFAULT)
    if disabled is not None and disabled not in _TRUE + _FALSE:
        raise ComposeError(f'strconv.ParseBool: parsing "{disabled}": invalid syntax')
    path = join(directory, ".env")
    if disabled in _TRUE or not os.path.exists(path) or os.path.isdir(path):
        return ()
    return (path,)


def resolve_service(service: Fields, environment: Mapping[str, str]) -> None:
    """Complete the variables and labels of *service* with those of its files, in place.

    Raises:
        ComposeError: a required file that is not there, or one that is none.
    """
    own: dict[str, str | None] = {
        name: environment.get(name) if value is None else value
        for name, value in service.get("environment", {}).items()
    }
    found = {name: value for name, value in own.items() if value is not None}
    for file in service.get("env_file", ()):
        _add(file, found, lambda name: environment.get(name, own.get(name)))
    _set(service, "environment", {**found, **own})
    labels: dict[str, str] = {}
    for path in service.get("label_file", ()):
        _add({"path": path}, labels, labels.get)
    _set(service, "labels", {**labels, **service.get("labels", {})})


def _add(file: Mapping[str, object], found: dict[str, str], lookup: Lookup) -> None:
    path = str(file.get("path", ""))
    if not os.path.exists(path):
        if file.get("required") is False:
            return
        raise ComposeError(f"env file {path} not found: stat {path}: no such file or directory")
    if file.get("format", ".env") != ".env":
        raise ComposeError(f'unsupported env_file format "{file["format"]}"')
    parse(_text(path), found, lookup)


def _set(service: Fields, field: str, values: Mapping[str, str | None]) -> None:
    if values:
        service[field] = dict(values)
