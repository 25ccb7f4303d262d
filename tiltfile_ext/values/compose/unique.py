"""Of list elements that stand for the same thing, the last one holds, at the place of the first.

Facts: compose-go's override/uncity.go.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.mounts import parse_mount
from tiltfile_ext.values.compose.rules import Rule, Rules

_Key = Callable[[Any], Hashable]


def enforce_unicity(tree: dict[str, Any]) -> dict[str, Any]:
    """*tree* without list elements that later ones replace.

    Raises:
        ComposeError: an element of a wrong kind.
    """
    unique: dict[str, Any] = _RULES.apply(tree)
    return unique


def _last_of(key: _Key) -> Rule:
    def unique(values: Any) -> Any:
        return list({key(value): value for value in values}.values()) if isinstance(values, list) else values

    return unique


def _name(value: Any) -> str:
    if type(value) is not str:
        raise ComposeError(f"unexpected type in a list: {value!r}")
    return value.partition("=")[0]


def _mount(value: Any) -> Hashable:
    if isinstance(value, str):
        return str(parse_mount(value).get("target", ""))
    return _target(value)


def _device(value: Any) -> Hashable:
    return ([*value.split(":"), ""][1] or value) if isinstance(value, str) else _target(value)


def _target(value: Any) -> Hashable:
    if not isinstance(value, dict):
        return ""
    target = value.get("target")
    if type(target) is not str:
        raise ComposeError("a mount is missing its target")
    return target


def _exposed(value: Any) -> str:
    if type(value) not in (str, int):
        raise ComposeError(f"unsupported expose value {value}")
    return str(value)


def _file_in(directory: str) -> _Key:
    def key(value: Any) -> Hashable:
        if isinstance(value, dict):
            return str(value.get("target", f"{directory}/{value.get('source')}"))
        if isinstance(value, str):
            return f"{directory}/{value}"
        raise ComposeError(f"unsupported expose value {value}")

    return key


def _port(value: Any) -> Hashable:
    """A port published twice is one only if it is written as the same type."""
    if isinstance(value, dict):
        if "target" not in value:
            raise ComposeError("a service port is missing a target port")
        published = value.get("published")
        return (
            value.get("host_ip", "0.0.0.0"),  # noqa: S104  # not bound here
            type(published),
            published,
            value["target"],
            value.get("protocol", "tcp"),
        )
    return str(value) if type(value) in (str, int) else ""


def _env_file(value: Any) -> Hashable:
    if isinstance(value, dict):
        if type(value.get("path")) is not str:
            raise ComposeError("environment path attribute is missing")
        return str(value["path"])
    return value if isinstance(value, str) else ""


_NAMED = """annotations build.args build.additional_contexts build.platform build.tags build.labels cap_add
    cap_drop deploy.labels dns dns_opt dns_search environment labels links networks.*.aliases
    networks.*.link_local_ips profiles sysctls tmpfs"""
_BY_NAME = _last_of(_name)

_RULES = Rules(
    {f"services.*.{place}": _BY_NAME for place in _NAMED.split()}
    | {
        "networks.*.labels": _BY_NAME,
        "networks.*.ipam.options": _BY_NAME,
        "services.*.configs": _last_of(_file_in("")),
        "services.*.devices": _last_of(_device),
        "services.*.env_file": _last_of(_env_file),
        "services.*.expose": _last_of(_exposed),
        "services.*.ports": _last_of(_port),
        "services.*.secrets": _last_of(_file_in("/run/secrets")),
        "services.*.volumes": _last_of(_mount),
    }
)
