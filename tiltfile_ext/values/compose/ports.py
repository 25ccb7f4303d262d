"""The short form of a port: ``[address:][published:]target[/protocol]``, with ranges.

Facts: github.com/docker/go-connections/nat, compose-go's types.ParsePortConfig.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from tiltfile_ext.values.compose.errors import ComposeError

_PROTOCOLS = ("tcp", "udp", "sctp")
_LARGEST = 65535


def parse_port(text: str) -> list[dict[str, Any]]:
    """The long form of a port, or of each port of a range.

    Raises:
        ComposeError: an address, a port or a protocol that is none.
    """
    address, published, target = _parts(text)
    target, protocol = _protocol(target)
    if not target:
        raise ComposeError(f"no port specified: {text}<empty>")
    first, last = _range(target, "containerPort")
    starts = _published(published, last - first, target)
    order = sorted(range(last - first + 1), key=lambda index: f"{first + index}/{protocol}")
    return [_long(address, starts[index] if starts else "", first + index, protocol) for index in order]


def _parts(text: str) -> tuple[str, str, str]:
    *address, published, target = ["", *text.split(":")] if ":" not in text else text.split(":")
    return _address(":".join(address)), published, target


def _address(text: str) -> str:
    if text.startswith("["):
        if not text.endswith("]"):
            raise ComposeError(f"invalid IP address {text}")
        text = text[1:-1]
    if text and not is_address(text):
        raise ComposeError(f"invalid IP address: {text}")
    return text


def is_address(text: str) -> bool:
    """Whether *text* is an IP address."""
    try:
        return "%" not in text and bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def _protocol(text: str) -> tuple[str, str]:
    port, slash, protocol = text.partition("/")
    if not slash or not protocol or not port:
        return port, "tcp"
    if protocol.lower() not in _PROTOCOLS:
        raise ComposeError(f"invalid proto: {protocol}")
    return port, protocol.lower()


def _range(text: str, what: str) -> tuple[int, int]:
    numbers = text.split("-")[:2]
    if not all(re.fullmatch("[0-9]+", number) and int(number) <= _LARGEST for number in numbers):
        raise ComposeError(f"invalid {what}: {text}")
    first, last = int(numbers[0]), int(numbers[-1])
    if last < first:
        raise ComposeError(f"invalid {what}: {text}")
    return first, last


def _published(text: str, length: int, target: str) -> list[str]:
    """What each port is published as. One port may be published anywhere in a range."""
    if not text:
        return []
    first, last = _range(text, "hostPort")
    if last - first == length:
        return [str(port) for port in range(first, last + 1)]
    if length:
        raise ComposeError(f"invalid ranges specified for container and host Ports: {target} and {text}")
    return [f"{first}-{last}"]


def _long(address: str, published: str, target: int, protocol: str) -> dict[str, Any]:
    made = {
        "mode": "ingress",
        "host_ip": address,
        "target": target,
        "published": published,
        "protocol": protocol,
    }
    return {key: value for key, value in made.items() if value not in ("", 0)}
