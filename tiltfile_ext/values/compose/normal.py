"""Say what a compose project leaves unsaid: the default network, implied dependencies, names.

Facts: compose-go's normalize.go and processExtensions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tiltfile_ext.values.compose.kinds import EXTENSIONS
from tiltfile_ext.values.compose.mounts import clean
from tiltfile_ext.values.compose.rules import Path, matches

Tree = dict[str, Any]

_SERVICE = "service:"
_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")


def normalize(tree: Tree, environment: Mapping[str, str]) -> None:
    """Complete *tree*, a project in the long form, in place."""
    services = tree.get("services") or {}
    _connect(tree, services)
    for service in services.values():
        if service.get("pull_policy") == "if_not_present":
            service["pull_policy"] = "missing"
        if "build" in service:
            _complete_build(service["build"], environment)
        _resolve_variables(service, environment)
        for mount in service.get("volumes") or ():
            if isinstance(mount.get("target"), str):
                mount["target"] = clean(mount["target"]) or "."
        dependencies = _implied(service, dict(service.get("depends_on") or {}))
        if dependencies:
            service["depends_on"] = dependencies


def _connect(tree: Tree, services: Tree) -> None:
    """A service without a network is in the default one, which is there if a service is in it."""
    networks = tree.get("networks") or {}
    for service in services.values():
        if "provider" in service or "network_mode" in service:
            continue
        if not service.get("networks"):
            service["networks"] = {"default": None}
        if "default" in service["networks"]:
            networks.setdefault("default", None)
    if networks:
        tree["networks"] = networks


def _complete_build(build: Tree, environment: Mapping[str, str]) -> None:
    if build.get("context") is None:
        build["context"] = "."
    if build.get("dockerfile") is None and build.get("dockerfile_inline") is None:
        build["dockerfile"] = "Dockerfile"
    if "args" in build:
        build["args"] = _resolved(build["args"], environment, keep=False)


def _resolve_variables(service: Tree, environment: Mapping[str, str]) -> None:
    if "environment" in service:
        service["environment"] = _resolved(service["environment"], environment, keep=True)


def _resolved(value: Any, environment: Mapping[str, str], *, keep: bool) -> Any:
    """Names without a value get that of the environment; *keep* those that have none there either."""
    if isinstance(value, dict):
        given = {name: environment.get(name) if each is None else each for name, each in value.items()}
        return {name: each for name, each in given.items() if keep or each is not None}
    if not isinstance(value, list):
        return value
    pairs = [
        each if "=" in each or each not in environment else f"{each}={environment[each]}" for each in value
    ]
    return [pair for pair in pairs if keep or "=" in pair]


def _implied(service: Tree, dependencies: Tree) -> Tree:
    """*dependencies*, and those on services that *service* links to or shares something with."""
    for link in service.get("links") or ():
        parts = link.split(":")
        _depend(dependencies, parts[0] if len(parts) == 2 else link, restart=True)  # noqa: PLR2004  # name:alias
    for namespace in _NAMESPACES:
        shared = service.get(namespace)
        if isinstance(shared, str) and shared.startswith(_SERVICE):
            _depend(dependencies, shared.removeprefix(_SERVICE), restart=True)
    for source in service.get("volumes_from") or ():
        if not source.startswith("container:"):
            _depend(dependencies, source.split(":")[0], restart=False)
    return dependencies


def _depend(dependencies: Tree, name: str, *, restart: bool) -> None:
    dependencies.setdefault(name, {"condition": "service_started", "restart": restart, "required": True})


#: mappings whose keys are names that people choose
_CHOSEN = [
    tuple(place.split("."))
    for place in ("services", "services.*.depends_on", "volumes", "networks", "secrets", "configs")
]


def set_extensions_apart(tree: Tree, path: Path = ()) -> None:
    """Move the "x-…" keys of every mapping in *tree* into one of its own."""
    if not any(matches(path, place) for place in _CHOSEN):
        extensions = {key: tree.pop(key) for key in [key for key in tree if key.startswith("x-")]}
    else:
        extensions = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            set_extensions_apart(value, (*path, key))
        elif isinstance(value, list):
            for index, element in enumerate(value):
                if isinstance(element, dict):
                    set_extensions_apart(element, (*path, key, str(index)))
    if extensions:
        tree[EXTENSIONS] = extensions
