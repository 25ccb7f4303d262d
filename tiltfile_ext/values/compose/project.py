"""Load a whole compose project.

Facts: Tilt 0.37.6 internal/dockercompose, compose-go's cli.ProjectFromOptions and loader.ModelToProject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tiltfile_ext.starkit import Data
from tiltfile_ext.values.compose.consistency import check_consistency
from tiltfile_ext.values.compose.environment import default_env_files, resolve_service, variables_of
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.files import File, Loader, Tree
from tiltfile_ext.values.compose.kinds import Fields
from tiltfile_ext.values.compose.normal import normalize, set_extensions_apart
from tiltfile_ext.values.compose.reader import read_documents
from tiltfile_ext.values.compose.service import ComposeService
from tiltfile_ext.values.compose.services import SERVICE, read_services
from tiltfile_ext.values.compose.template import Warn, silent, substitute
from tiltfile_ext.values.go.paths import base

_NAME = "COMPOSE_PROJECT_NAME"


def normal_name(text: str) -> str:
    """*text* as a project's name: lower case letters, digits, "_" and "-", first a letter or digit."""
    return "".join(re.findall("[a-z0-9_-]", text.lower())).lstrip("_-")


class Source(Data):
    """Where a project comes from.

    Attributes:
        name: "" means the one that the files or the directory give.
        directory: of the project; relative paths start there.
        files: paths of the compose files, the first one is what the others go over.
        env_file: a file of variables; "" means ``.env`` of the directory, if there is one.
        profiles: services that have profiles are left out unless one of these is among them.
    """

    name: str
    directory: str
    files: tuple[str, ...]
    env_file: str = ""
    profiles: tuple[str, ...] = ()


class Project(Data):
    """A project: its name and its services, each after those that it depends on."""

    name: str
    services: tuple[ComposeService, ...]


def load_project(source: Source, environ: Mapping[str, str], warn: Warn = silent) -> Project:
    """The project that *source* describes; *environ* are the process's variables.

    Raises:
        ComposeError: it cannot be read.
    """
    if normal_name(source.name) != source.name:
        raise ComposeError(f'invalid project name "{source.name}"')
    env_files = (source.env_file,) if source.env_file else default_env_files(source.directory, environ)
    environment = {**variables_of(env_files, environ), **environ}
    files = [File(path, File(path).content()) for path in source.files]
    name = source.name or environment.get(_NAME) or _found_name(files, source.directory, environment)
    if normal_name(name) != name:
        raise ComposeError(f'invalid project name "{name}"')
    return _load(name, files, source, {**environment, _NAME: name}, environ, warn)


def load_resolved(text: str, source: Source) -> Project:
    """The project that the text of ``docker compose config`` describes.

    Raises:
        ComposeError: it cannot be read.
    """
    if normal_name(source.name) != source.name:
        raise ComposeError(
            f'invalid project name "{source.name}": must consist only of lowercase alphanumeric characters, '
            "hyphens, and underscores as well as start with a letter or number"
        )
    return _load(source.name, [File("", text)], source, {_NAME: source.name}, {}, silent)


def _found_name(files: list[File], directory: str, environment: Mapping[str, str]) -> str:
    """The ``name`` of the files, the last one that has it, else the directory's."""
    names = [name for file in files for name in _names(file.content())]
    found = substitute(names[-1], environment.get) if names else base(directory)
    return normal_name(found)


def _names(text: str) -> Iterator[str]:
    for document in read_documents(text):
        name = document.value.get("name") if isinstance(document.value, dict) else None
        if isinstance(name, str) and name:
            yield name


def _load(
    name: str,
    files: list[File],
    source: Source,
    environment: Mapping[str, str],
    environ: Mapping[str, str],
    warn: Warn,
) -> Project:
    tree = Loader(source.directory, source.directory, environment, environ, warn).load(files)
    if not tree:
        raise ComposeError("empty compose file")
    if not name:
        raise ComposeError("project name must not be empty")
    normalize(tree, environment)
    set_extensions_apart(tree)
    services = _enabled(tree, source.profiles)
    for service in services.values():
        resolve_service(service, environment)
    made = {key: ComposeService(key, SERVICE.ordered(service)) for key, service in services.items()}
    return Project(name, tuple(made[key] for key in _in_order(services)))


def _enabled(tree: Tree, profiles: tuple[str, ...]) -> dict[str, Fields]:
    services = read_services(tree)
    enabled = {name: service for name, service in services.items() if _is_enabled(service, profiles)}
    disabled = {name: service for name, service in services.items() if name not in enabled}
    check_consistency(tree, enabled, disabled)
    return enabled


def _is_enabled(service: Fields, profiles: tuple[str, ...]) -> bool:
    own = service.get("profiles", ())
    return not own or "*" in profiles or any(profile in own for profile in profiles)


def _in_order(services: Mapping[str, Fields]) -> list[str]:
    """The names, sorted, but each after those that it depends on. (Tilt's order is random otherwise.)"""
    ordered: dict[str, None] = {}

    def add(name: str) -> None:
        if name in ordered or name not in services:
            return
        for needed in sorted(services[name].get("depends_on", {})):
            add(needed)
        ordered[name] = None

    for name in sorted(services):
        add(name)
    return list(ordered)
