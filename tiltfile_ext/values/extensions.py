"""The extensions that a load used, and how their objects are called."""

from __future__ import annotations

import re

_LONGEST = 253
_HASH_LENGTH = 9  # "-" and eight digits
_FNV_START, _FNV_PRIME = 0x811C9DC5, 0x01000193


class Extensions:
    """What a load took from extension repositories.

    Attributes:
        modules: what load statements say behind ``ext://``, each once, in the order resolved.
        home: HOME as the load found it.
        data_home: XDG_DATA_HOME as the load found it.
    """

    def __init__(self) -> None:
        self.modules: dict[str, None] = {}
        self.home = ""
        self.data_home = ""


def object_name(module: str) -> str:
    """The name of the API object for the extension *module*: one path segment, at most 253 bytes."""
    if module in (".", ".."):
        return module.replace(".", "_")
    name = re.sub("[/%]", "_", module).encode("utf-8", "surrogateescape")
    if len(name) > _LONGEST:
        name = name[: _LONGEST - _HASH_LENGTH] + f"-{_fnv1a(module):08x}".encode()
    return name.decode("utf-8", "surrogateescape")


def _fnv1a(text: str) -> int:
    value = _FNV_START
    for byte in text.encode("utf-8", "surrogateescape"):
        value = (value ^ byte) * _FNV_PRIME % 2**32
    return value
