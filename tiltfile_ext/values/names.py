"""Names of resources and objects: anything that can be one segment of a path.

Facts: Tilt 0.37.6, k8s.io/apimachinery IsPathSegmentName.
"""

from __future__ import annotations

from tiltfile_ext.starkit._types import quote

_MAY_NOT_BE = (".", "..")
_MAY_NOT_CONTAIN = ("/", "%")


def name_problems(name: str) -> list[str]:
    """Why *name* cannot be a path segment: "may not contain '/'"; empty if it can. "" can."""
    if name in _MAY_NOT_BE:
        return [f"may not be '{name}'"]
    return [f"may not contain '{part}'" for part in _MAY_NOT_CONTAIN if part in name]


def check_name(name: str) -> None:
    """Accept *name* as the name of a resource.

    Raises:
        ValueError: 'invalid value "a/b": may not contain '/''.
    """
    if "/" not in name and "%" not in name and name not in _MAY_NOT_BE:
        return
    if problems := name_problems(name):
        raise ValueError(f"invalid value {quote(name)}: {problems[0]}")


_LONGEST, _HASH_LENGTH = 253, 9


def object_name(text: str) -> str:
    """*text* as the name of an API object: "a/b" becomes "a_b"; a long one ends in a hash of the whole."""
    if text in _MAY_NOT_BE:
        return text.replace(".", "_")
    name = text.replace("/", "_").replace("%", "_")
    if len(name.encode("utf-8", "surrogateescape")) <= _LONGEST:
        return name
    kept = name.encode("utf-8", "surrogateescape")[: _LONGEST - _HASH_LENGTH]
    return f"{kept.decode('utf-8', 'surrogateescape')}-{_fnv1a(text):08x}"


def _fnv1a(text: str) -> int:
    """The 32-bit FNV-1a hash."""
    value = 0x811C9DC5
    for byte in text.encode("utf-8", "surrogateescape"):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value
