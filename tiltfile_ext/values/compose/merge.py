"""Put one compose file over another, or a service over the one that it extends.

Mappings merge key by key, lists are joined, other values are replaced; `_SPECIAL` has the exceptions.
Facts: compose-go's override/merge.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.rules import Path, Rules
from tiltfile_ext.values.compose.scalars import go_text

Tree = dict[str, Any]


def merge(base: Any, over: Any, path: Path = ()) -> Any:
    """*base* with *over* put over it; *base* is changed.

    Raises:
        ComposeError: a mapping and a list meet.
    """
    special = _SPECIAL.at(path) if path else None
    if special is not None:
        return special((base, over, path))
    if over is None:
        return base
    if isinstance(base, dict):
        if not isinstance(over, dict):
            raise ComposeError(f"cannot override {'.'.join(path)}")
        return _merge_mappings(base, over, path)
    if isinstance(base, list):
        if not isinstance(over, list):
            raise ComposeError(f"cannot override {'.'.join(path)}")
        return base + over
    return over


def merge_service(base: Tree, over: Tree) -> Tree:
    """A service with another put over it."""
    merged: Tree = merge(base, over, ("services", "x"))
    return merged


def _merge_mappings(base: Tree, over: Tree, path: Path) -> Tree:
    for key, value in over.items():
        base[key] = merge(base[key], value, (*path, key)) if key in base else value
    return base


def as_sequence(value: Any) -> list[Any]:
    """A mapping as "key=value" texts, sorted; a text as a list of it."""
    match value:
        case dict():
            return sorted(pair for key, element in value.items() for pair in _pairs(key, element))
        case list():
            return value
        case str():
            return [value]
    return []


def _pairs(key: str, value: Any) -> list[str]:
    if value is None:
        return [key]
    return [f"{key}={go_text(each)}" for each in (value if isinstance(value, list) else [value])]


def as_mapping(value: Any, default: Tree | None = None) -> Tree:
    """A list of names as a mapping from each to a copy of *default*."""
    match value:
        case dict():
            return value
        case list():
            return {_name(key): None if default is None else dict(default) for key in value}
    return {}


def _name(value: Any) -> str:
    if type(value) is not str:
        raise ComposeError(f"unexpected name {go_text(value)}")
    return value


# ---- the exceptions; each takes (base, over, path)

_Pair = tuple[Any, Any, Path]


def _joined(pair: _Pair) -> Any:
    base, over, _ = pair
    return as_sequence(base) + as_sequence(over)


def _joined_hosts(pair: _Pair) -> Any:
    base, over = as_sequence(pair[0]), as_sequence(pair[1])
    return base + [host for host in over if host not in base]


def _replaced(pair: _Pair) -> Any:
    return pair[1]


def _merged_build(pair: _Pair) -> Any:
    base, over, path = pair
    return _merge_mappings(_as_build(base), _as_build(over), path)


def _as_build(value: Any) -> Tree:
    if isinstance(value, dict):
        return value
    return {"context": value} if isinstance(value, str) else {}


def _named(default: Tree | None) -> Callable[[_Pair], Any]:
    """Mappings whose short form is a list of names."""

    def merged(pair: _Pair) -> Any:
        base, over, path = pair
        return _merge_mappings(as_mapping(base, default), as_mapping(over, default), path)

    return merged


def _merged_logging(pair: _Pair) -> Any:
    """The options of two drivers are not mixed."""
    base, over, path = pair
    if not (isinstance(base, dict) and isinstance(over, dict)):
        raise ComposeError(f"cannot override {'.'.join(path)}")
    if "driver" in base and "driver" in over and base["driver"] != over["driver"]:
        return over
    return _merge_mappings(base, over, path)


def _merged_pools(pair: _Pair) -> Any:
    """The address pools of a network, by their subnet."""
    base, over, path = pair
    if not (isinstance(base, list) and isinstance(over, list)) or not all(
        isinstance(pool, (dict, list)) for pool in base + over
    ):
        raise ComposeError(f"{'.'.join(path)}: unexpected type")
    pools: list[Tree] = []
    for original in map(as_mapping, base):
        for other in map(as_mapping, over):
            if _is_new(other, original, pools):
                pools.append(other)
            else:
                _put(_merge_mappings(original, other, path), pools)
    return pools


def _is_new(other: Tree, original: Tree, pools: list[Tree]) -> bool:
    subnet = other.get("subnet")
    return subnet != original.get("subnet") and all(pool.get("subnet") != subnet for pool in pools)


def _put(merged: Tree, pools: list[Tree]) -> None:
    """Put *merged* in the place of the pool with its subnet."""
    for index, pool in enumerate(pools):
        if pool.get("subnet") == merged.get("subnet"):
            pools[index] = merged
            return
    pools.append(merged)


_JOINED = """networks.*.labels volumes.*.labels services.*.annotations services.*.build.args
    services.*.build.additional_contexts services.*.build.labels services.*.deploy.labels services.*.dns
    services.*.dns_opt services.*.dns_search services.*.env_file services.*.label_file services.*.environment
    services.*.labels services.*.volumes.*.volume.labels services.*.sysctls services.*.tmpfs"""
_REPLACED = "services.*.command services.*.entrypoint services.*.healthcheck.test services.*.ulimits.*"

_SPECIAL = Rules(
    dict.fromkeys(_JOINED.split(), _joined)
    | dict.fromkeys(_REPLACED.split(), _replaced)
    | {
        "networks.*.ipam.config": _merged_pools,
        "services.*.build": _merged_build,
        "services.*.build.extra_hosts": _joined_hosts,
        "services.*.extra_hosts": _joined_hosts,
        "services.*.depends_on": _named({"condition": "service_started", "required": True}),
        "services.*.logging": _merged_logging,
        "services.*.models": _named(None),
        "services.*.networks": _named(None),
    }
)
