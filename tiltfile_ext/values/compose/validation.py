"""What must not stand together in a compose project, looked at in its long form.

Facts: compose-go's validation package.
"""

from __future__ import annotations

from typing import Any

from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.ports import is_address
from tiltfile_ext.values.compose.rules import Rule, Rules


def validate(tree: dict[str, Any]) -> None:
    """Accept *tree*.

    Raises:
        ComposeError: something in it contradicts itself.
    """
    _CHECKS.apply(tree)


def _volume(value: Any) -> Any:
    """A volume made elsewhere has a name, nothing more."""
    if isinstance(value, dict) and value.get("external") is True:
        for key in value:
            if key not in ("name", "external") and not key.startswith("x-"):
                raise ComposeError(f'conflicting parameters "external" and "{key}" specified')
    return value


def _source(*keys: str) -> Rule:
    """A config or secret has one source, or is made elsewhere."""

    def check(value: Any) -> Any:
        if not isinstance(value, dict):
            raise ComposeError("a config or secret must be a mapping")
        given = [key for key in keys if key in value]
        if len(given) > 1:
            raise ComposeError(f"{'|'.join(keys)} attributes are mutually exclusive")
        if not given and "driver" not in value and "external" not in value:
            raise ComposeError(f"one of {'|'.join(keys)} must be set")
        return value

    return check


def _port(value: Any) -> Any:
    if isinstance(value, dict) and "host_ip" in value and not is_address(value["host_ip"]):
        raise ComposeError(f"invalid ip address: {value['host_ip']}")
    return value


def _path(value: Any) -> Any:
    if not value:
        raise ComposeError("value can't be blank")
    return value


def _device(value: Any) -> Any:
    if "count" in value and "device_ids" in value:
        raise ComposeError('"count" and "device_ids" attributes are exclusive')
    return value


_CHECKS = Rules(
    {
        "volumes.*": _volume,
        "configs.*": _source("file", "environment", "content"),
        "secrets.*": _source("file", "environment"),
        "services.*.ports.*": _port,
        "services.*.develop.watch.*.path": _path,
        "services.*.deploy.resources.reservations.devices.*": _device,
        "services.*.gpus.*": _device,
    }
)
