"""What must fit together in a whole project: references, limits given twice, circles.

Facts: compose-go's loader/validate.go and graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.kinds import Fields
from tiltfile_ext.values.compose.services import DEPLOY

Tree = Mapping[str, Any]
Services = Mapping[str, Fields]

_SERVICE = "service:"
_NO_TARGET = ("rebuild", "restart")


def check_consistency(project: Tree, services: Services, disabled: Services) -> None:
    """Accept a project whose *services* are enabled and whose *disabled* ones are not.

    Raises:
        ComposeError: something that is referred to is not there, or two statements contradict each other.
    """
    for name, service in services.items():
        _check_image(name, service, services)
        _check_network(name, service, project, services)
        _check_test(service)
        _check_dependencies(name, service, services, disabled)
        _check_references(name, service, project)
        _check_scale(name, service)
        _check_limits(name, service)
        _check_watches(name, service)
        _check_targets(name, service)
    _check_secrets(project)
    _check_circles(services)


def _check_image(name: str, service: Fields, services: Services) -> None:
    build = service.get("build")
    if build is None:
        if not service.get("image") and "provider" not in service:
            raise ComposeError(
                f'service "{name}" has neither an image nor a build context specified: '
                "invalid compose project"
            )
        return
    if build.get("dockerfile_inline") and build.get("dockerfile"):
        raise ComposeError(f'service "{name}" declares mutualy exclusive dockerfile and dockerfile_inline')
    for context in build.get("additional_contexts", {}).values():
        if context.startswith(_SERVICE):
            _check_context(name, context.removeprefix(_SERVICE), services)
    platform = service.get("platform")
    if platform and build.get("platforms") and platform not in build["platforms"]:
        raise ComposeError(f'service.build.platforms MUST include service.platform "{platform}"')


def _check_context(name: str, target: str, services: Services) -> None:
    if target not in services:
        raise ComposeError(f'service "{name}" declares unknown service "{target}" as additional context')
    if services[target].get("build") is None:
        raise ComposeError(
            f'service "{name}" declares non-buildable service "{target}" as additional context'
        )


def _check_network(name: str, service: Fields, project: Tree, services: Services) -> None:
    mode = service.get("network_mode", "")
    if mode and service.get("networks"):
        raise ComposeError(f"service {name} declares mutually exclusive `network_mode` and `networks`")
    _check_known(name, "network", service.get("networks", ()), project, "networks")
    if mode.startswith(_SERVICE) and mode.removeprefix(_SERVICE) not in services:
        raise ComposeError(f"service not found for network_mode '{mode}'")


def _check_known(name: str, what: str, wanted: Any, project: Tree, kind: str) -> None:
    for each in wanted:
        if each not in (project.get(kind) or {}):
            raise ComposeError(f'service "{name}" refers to undefined {what} {each}: invalid compose project')


def _check_test(service: Fields) -> None:
    test = service.get("healthcheck", {}).get("test")
    if test and test[0] not in ("CMD", "CMD-SHELL", "NONE"):
        raise ComposeError('healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"')


def _check_dependencies(name: str, service: Fields, services: Services, disabled: Services) -> None:
    for needed, dependency in service.get("depends_on", {}).items():
        if needed in services or (needed in disabled and not dependency["required"]):
            continue
        raise ComposeError(
            f'service "{name}" depends on undefined service "{needed}": invalid compose project'
        )


def _check_references(name: str, service: Fields, project: Tree) -> None:
    mounts = service.get("volumes", ())
    named = [mount["source"] for mount in mounts if mount.get("type") == "volume" and mount.get("source")]
    _check_known(name, "volume", named, project, "volumes")
    secrets = (service.get("build") or {}).get("secrets", ())
    _check_known(name, "build secret", _sources(secrets), project, "secrets")
    _check_known(name, "config", _sources(service.get("configs", ())), project, "configs")
    _check_known(name, "model", service.get("models", ()), project, "models")
    _check_known(name, "secret", _sources(service.get("secrets", ())), project, "secrets")


def _sources(files: Any) -> Iterator[str]:
    return (file.get("source", "") for file in files)


def _check_scale(name: str, service: Fields) -> None:
    scale, deploy = service.get("scale"), service.get("deploy")
    replicas = None if deploy is None else deploy.get("replicas")
    if scale is not None and replicas is not None and scale != replicas:
        raise ComposeError(f"services.{name}: can't set distinct values on 'scale' and 'deploy.replicas'")
    if (scale or 0) < 0 or (replicas or 0) < 0:
        raise ComposeError(f"services.{name}: scale must be greater than or equal to 0")
    if scale is not None and deploy is not None:
        service["deploy"] = DEPLOY.ordered(Fields({**deploy, "replicas": scale}))
    many = scale if scale is not None else 1 if replicas is None else replicas
    if many > 1 and service.get("container_name"):
        raise ComposeError(f"services.{name}: can't set container_name as container name must be unique")


#: field of a service -> where "deploy" says the same
_TWICE = (
    ("cpus", "limits", "cpus"),
    ("mem_limit", "limits", "memory"),
    ("mem_reservation", "reservations", "memory"),
    ("pids_limit", "limits", "pids"),
)


def _check_limits(name: str, service: Fields) -> None:
    resources = (service.get("deploy") or {}).get("resources", {})
    for field, group, other in _TWICE:
        if field in service and group in resources and resources[group].get(other) != service[field]:
            raise ComposeError(
                f"services.{name}: can't set distinct values on '{field}' and "
                f"'deploy.resources.{group}.{other}': invalid compose project"
            )


def _check_watches(name: str, service: Fields) -> None:
    for watch in (service.get("develop") or {}).get("watch", ()):
        if not watch.get("target") and watch["action"] not in _NO_TARGET:
            raise ComposeError(f"services.{name}.develop.watch: target is required for non-rebuild actions")


def _check_targets(name: str, service: Fields) -> None:
    """Nothing is mounted where something else is."""
    targets = [entry.partition(":")[0] for entry in service.get("tmpfs", ())]
    targets += [mount.get("target", "") for mount in service.get("volumes", ())]
    for index, target in enumerate(targets):
        if target in targets[:index]:
            raise ComposeError(f"services.{name}: target {target} already mounted")


def _check_secrets(project: Tree) -> None:
    for name, secret in (project.get("secrets") or {}).items():
        if not (secret.get("external") or secret.get("file") or secret.get("environment")):
            raise ComposeError(f'secret "{name}" must declare either `file` or `environment`')


def _check_circles(services: Services) -> None:
    """Services do not depend on each other in a circle; those of no circle are taken away in turn."""
    left = {
        name: {n for n in service.get("depends_on", {}) if n in services}
        for name, service in services.items()
    }
    while free := [name for name, needed in left.items() if not needed & left.keys()]:
        for name in free:
            del left[name]
    if left:
        raise ComposeError(f"dependency cycle detected: {' -> '.join(sorted(left))}")
