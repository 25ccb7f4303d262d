"""Port forwards: a port of this machine that leads to a port of a pod."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from tiltfile_ext.starkit import (
    BuiltinError,
    Data,
    StarlarkValue,
    Unpack,
    go_type,
    quote,
    sequence_of,
    starlark_str,
)
from tiltfile_ext.values.go.url import URL

_PORTS = range(65536)
_BYTE = "([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
_LABEL = r"([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9])"
#: compiled when first needed
_HOST = rf"({_BYTE}\.){{3}}{_BYTE}|({_LABEL}\.)*{_LABEL}"
_INTEGER = r"[-+]?[0-9]+"


class PortForward(StarlarkValue, Data):
    """A port forward; ``container_port`` 0 and ``host`` "" leave the choice to Tilt."""

    starlark_type: ClassVar[str] = "port_forward"
    go_type: ClassVar[str] = "tiltfile.portForward"

    local_port: int
    container_port: int = 0
    host: str = ""
    name: str = ""
    path: URL | None = None

    def __str__(self) -> str:
        return (
            f"port_forward(local_port={self.local_port}, container_port={self.container_port}, "
            f"name={quote(self.name)})"
        )

    def json(self) -> dict[str, Any]:
        """The forward in the field names of Tilt's API."""
        local, name = _int32(self.local_port), self.name
        path = str(self.path).removeprefix("/") if self.path else ""
        return {
            **({"localPort": local} if local else {}),
            "containerPort": _int32(self.container_port),
            "host": self.host or "localhost",
            **({"name": name} if name else {}),
            **({"path": path} if path else {}),
        }


def _int32(value: int) -> int:
    """The low 32 bits of *value*, which is not checked before."""
    return (value + 2**31) % 2**32 - 2**31


_FORWARD = int | str | PortForward
#: checked in the body, see `port_forwards`
AnyPortForwards = Annotated[
    Any,
    Unpack(
        None,
        'port, "host:local:container", port forward, a sequence of these, or None',
        _FORWARD | Sequence[_FORWARD] | None,
    ),
]


def port_forwards(value: Any) -> tuple[PortForward, ...]:
    """What ``k8s_resource(port_forwards=…)`` takes: a port, a text, a value, a sequence of them, or None.

    Raises:
        BuiltinError: anything else, or a port or host that cannot be.
    """
    if value is None:
        return ()
    single = _port_forward(value)
    if single is not None:
        return (single,)
    elements = sequence_of(value)
    if elements is None:
        raise BuiltinError(
            f"port_forwards must be an int, a port_forward, or a sequence of those; is a {go_type(value)}"
        )
    return tuple(_element(value, element) for element in elements)


def _element(value: Any, element: Any) -> PortForward:
    found = _port_forward(element)
    if found is None:
        raise BuiltinError(
            f"port_forwards arg {starlark_str(value)} includes element {_shown(element)} "
            f"which must be an int or a port_forward; is a {go_type(element)}"
        )
    return found


def _shown(element: Any) -> str:
    return quote(element) if type(element) is str else starlark_str(element)


def _port_forward(value: Any) -> PortForward | None:
    if isinstance(value, PortForward):
        return value
    if type(value) is int:
        return PortForward(_number(value))
    return _from_text(value) if type(value) is str else None


def _number(value: int) -> int:
    if not -(2**63) <= value < 2**63:
        raise BuiltinError(f"portForward port value {value} is not representable as an int64")
    if value not in _PORTS:
        raise BuiltinError(f"portForward port value {value} is not in the valid range [0-65535]")
    return value


def _from_text(text: str) -> PortForward:
    """``[[host:]local:]container``, the host only with both ports."""
    parts = text.split(":", 2)
    host = parts.pop(0) if len(parts) == 3 else ""  # noqa: PLR2004
    if (host or text.count(":") > 1) and not re.fullmatch(_HOST, host):
        raise BuiltinError(f"portForward host value {quote(parts[0])} is not a valid hostname or IP address")
    ports = [_port(part) for part in parts]
    return PortForward(ports[0], ports[1] if len(ports) > 1 else 0, host)


def _port(text: str) -> int:
    value = int(text) if re.fullmatch(_INTEGER, text) else -1
    if value not in _PORTS:
        raise BuiltinError(f"portForward port value {quote(text)} is not in the valid range [0-65535]")
    return value
