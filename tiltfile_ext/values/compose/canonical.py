"""Put what a compose file writes in short into the long form, and add the defaults of the long form.

Facts: compose-go's transform, OmitEmpty and SetDefaultValues.
"""

from __future__ import annotations

from typing import Any

from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.mounts import long_device, long_mount
from tiltfile_ext.values.compose.ports import parse_port
from tiltfile_ext.values.compose.rules import Rule, Rules
from tiltfile_ext.values.compose.scalars import go_text

Tree = dict[str, Any]


def canonical(tree: Tree) -> Tree:
    """*tree* in the long form, in place.

    Raises:
        ComposeError: a short form that means nothing.
    """
    made: Tree = _LONG_FORMS.apply(tree)
    return made


def with_defaults(tree: Tree) -> Tree:
    """*tree*, in the long form, with defaults for what is left out, in place."""
    made: Tree = _DEFAULTS.apply(tree)
    return made


def _wrong(value: Any, what: str) -> ComposeError:
    return ComposeError(f"invalid type {type(value).__name__} for {what}")


def _short(key: str) -> Rule:
    """A text is the mapping that has it under *key*."""

    def long_form(value: Any) -> Any:
        if isinstance(value, str):
            return {key: value}
        if isinstance(value, dict):
            return value
        raise _wrong(value, key)

    return long_form


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else go_text(value)


def _names(value: Any) -> Any:
    return dict.fromkeys(map(_text, value)) if isinstance(value, list) else value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise _wrong(value, "a name")
    return value


def _contexts(value: Any) -> Tree:
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        raise _wrong(value, "additional_contexts")
    pairs = [_text(element).partition("=") for element in value]
    if not all(sign for _, sign, _ in pairs):
        raise ComposeError("invalid value, expected key=value")
    return {name: context for name, _, context in pairs}


def _dependencies(value: Any) -> Tree:
    if isinstance(value, list):
        value = {_text(name): {} for name in value}
    if not isinstance(value, dict):
        raise _wrong(value, "depends_on")
    for name, dependency in value.items():
        if not isinstance(dependency, dict):
            raise ComposeError(f"depends_on.{name}: unsupported value {go_text(dependency)}")
        dependency.setdefault("condition", "service_started")
        dependency.setdefault("required", True)
    return value


def _env_files(value: Any) -> list[Any]:
    if not isinstance(value, (str, list)):
        raise _wrong(value, "env_file")
    return [_env_file(element) for element in ([value] if isinstance(value, str) else value)]


def _env_file(value: Any) -> Any:
    if isinstance(value, str):
        return {"path": value, "required": True}
    return {"required": True, **value} if isinstance(value, dict) else None


def _gpus(value: Any) -> Any:
    if isinstance(value, str):
        return [{"count": "all"}]
    if isinstance(value, list):
        return value
    raise _wrong(value, "gpus")


def _mount(value: Any) -> Any:
    if isinstance(value, str):
        return long_mount(value)
    if isinstance(value, dict):
        return value
    raise _wrong(value, "service volume mount")


def _device(value: Any) -> Any:
    if isinstance(value, str):
        return long_device(value)
    if isinstance(value, dict):
        return value
    raise _wrong(value, "service device")


def _ports(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(value, "port")
    return [port for element in value for port in _port(element)]


def _port(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value]
    if type(value) not in (int, str):
        raise _wrong(value, "port")
    return parse_port(str(value))


def _ssh(value: Any) -> Tree:
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        raise _wrong(value, "ssh")
    keys: Tree = {}
    for element in value:
        name, sign, path = _text(element).partition("=")
        if not sign and name != "default":
            raise ComposeError(f'invalid ssh key "{name}"')
        keys[name] = path if sign else None
    return keys


def _ulimit(value: Any) -> Any:
    if isinstance(value, dict) or type(value) is int:
        return value
    raise _wrong(value, "ulimits")


def _external(value: Any) -> Any:
    """``external: {name: x}`` is the old way to say ``external: true`` and ``name: x``."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _wrong(value, "external")
    if isinstance(external := value.get("external"), dict):
        value["external"] = True
        if "name" in external and value.setdefault("name", external["name"]) != external["name"]:
            raise ComposeError("name and external.name conflict; only use name")
    return value


def _without_empty(value: Any) -> Any:
    return [each for each in value if each not in (None, "")] if isinstance(value, list) else value


def _dns(value: Any) -> Any:
    return _without_empty(_listed(value))


_LONG_FORMS = Rules(
    {
        "services.*.build": _short("context"),
        "services.*.build.additional_contexts": _contexts,
        "services.*.build.provenance": _as_text,
        "services.*.build.sbom": _as_text,
        "services.*.build.secrets.*": _short("source"),
        "services.*.build.ssh": _ssh,
        "services.*.build.ulimits.*": _ulimit,
        "services.*.configs.*": _short("source"),
        "services.*.depends_on": _dependencies,
        "services.*.develop.watch.*.ignore": _listed,
        "services.*.develop.watch.*.include": _listed,
        "services.*.devices.*": _device,
        "services.*.dns": _dns,
        "services.*.env_file": _env_files,
        "services.*.extends": _short("service"),
        "services.*.gpus": _gpus,
        "services.*.label_file": _listed,
        "services.*.models": _names,
        "services.*.networks": _names,
        "services.*.ports": _ports,
        "services.*.secrets.*": _short("source"),
        "services.*.ulimits.*": _ulimit,
        "services.*.volumes.*": _mount,
        "include.*": _short("path"),
        "configs.*": _external,
        "networks.*": _external,
        "secrets.*": _external,
        "volumes.*": _external,
    }
)


def _default_mapping(what: str, **defaults: Any) -> Rule:
    def filled(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _wrong(value, what)
        for key, default in defaults.items():
            value.setdefault(key, default)
        return value

    return filled


def _default_secret(value: Any) -> Tree:
    if not isinstance(value, dict):
        raise _wrong(value, "secret")
    value.setdefault("target", f"/run/secrets/{go_text(value.get('source'))}")
    return value


def _default_device(value: Any) -> Tree:
    if not isinstance(value, dict):
        raise _wrong(value, "device request")
    if "count" not in value and "device_ids" not in value:
        value["count"] = "all"
    return value


_DEFAULTS = Rules(
    {
        "services.*.build": _default_mapping("build", context="."),
        "services.*.deploy.resources.reservations.devices.*": _default_device,
        "services.*.gpus.*": _default_device,
        "services.*.ports.*": _default_mapping("port", protocol="tcp", mode="ingress"),
        "services.*.secrets.*": _default_secret,
        "services.*.volumes.*.bind": _default_mapping("service volume bind", create_host_path=True),
    }
)
