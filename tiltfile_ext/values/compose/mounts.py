"""The short form of a mount: ``source:target:options``, and of a device: ``source:target:permissions``.

Facts: compose-go's format/volume.go and transform/device.go.
"""

from __future__ import annotations

import posixpath
from typing import Any

from tiltfile_ext.values.compose.errors import ComposeError

_SHORTEST = 3
_PROPAGATIONS = ("rprivate", "private", "rshared", "shared", "rslave", "slave")
_SELINUX = ("z", "Z")


def parse_mount(text: str) -> dict[str, Any]:
    """The long form of a mount.

    Raises:
        ComposeError: an empty part, or too many of them.
    """
    if not text:
        raise ComposeError("invalid empty volume spec")
    if len(text.encode()) < _SHORTEST:
        return {"type": "volume", "target": text}
    parts = _parts(text)
    if not all(parts):
        raise ComposeError(f"invalid spec: {text}: empty section between colons")
    if len(parts) > 3:  # noqa: PLR2004  # source, target, options
        raise ComposeError(f"invalid spec: {text}: too many colons")
    source, target = ("", parts[0]) if len(parts) == 1 else parts[:2]
    options = parts[2].split(",") if parts[2:] else []
    return _typed(source, target, options)


def _parts(text: str) -> list[str]:
    """*text* split at colons, but for that of a Windows drive and those within ``${…}``."""
    parts, part, depth = [], "", 0
    for at, char in enumerate(text):
        if char == "$" and text[at + 1 : at + 2] == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        if char == ":" and not depth and not (len(part) == 1 and part.isalpha()):
            parts.append(part)
            part = ""
        else:
            part += char
    return [*parts, part]


def _typed(source: str, target: str, options: list[str]) -> dict[str, Any]:
    bind = _is_path(source)
    mount: dict[str, Any] = {"type": "bind" if bind else "volume", "target": target}
    if source:
        mount["source"] = source
    for option in options:
        if option in ("ro", "rw"):
            mount["read_only"] = option == "ro"
        elif option == "nocopy":
            mount["volume"] = {"nocopy": True}
        elif option in _PROPAGATIONS:
            mount.setdefault("bind", {})["propagation"] = option
        elif option in _SELINUX:
            mount.setdefault("bind", {})["selinux"] = option
    if not mount.get("read_only", True):
        del mount["read_only"]
    mount.setdefault(mount["type"], {})
    if bind:
        mount["bind"]["create_host_path"] = True
    return mount


def _is_path(source: str) -> bool:
    """Whether a mount's source is a path on this machine, not a volume's name."""
    return (
        source[:1] in (".", "/", "~") or source[:2] == "\\\\" or (source[:1].isalpha() and source[1:2] == ":")
    )


def long_mount(text: str) -> dict[str, Any]:
    """`parse_mount`, with the target cleaned."""
    mount = parse_mount(text)
    return {**mount, "target": clean(mount["target"])}


def clean(target: str) -> str:
    """*target* as the shortest path that means the same; "" stays."""
    cleaned = posixpath.normpath(target) if target else ""
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def long_device(text: str) -> dict[str, Any]:
    """The long form of a device.

    Raises:
        ComposeError: more than three parts.
    """
    parts = text.split(":")
    if len(parts) > 3:  # noqa: PLR2004
        raise ComposeError(f"confusing device mapping, please use long syntax: {text}")
    source, target, permissions = [*parts, *("", "rwm")[len(parts) - 1 :]]
    return {"source": source, "target": target or source, "permissions": permissions}
