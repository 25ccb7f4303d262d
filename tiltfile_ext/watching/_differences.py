"""What is different in the result of a load, compared to the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.result import LoadResult
from tiltfile_ext.result_json import result_fields
from tiltfile_ext.starkit import Data, field

#: what is compared in another way, or changes with every edit
_NOT_SETTINGS = frozenset({"Manifests", "EnabledManifests", "ConfigFiles", "Hashes", "Error"})


class Differences(Data):
    """What became different; names as in ``tiltfile load --json``.

    Attributes:
        added: names of resources that are new, in their order.
        removed: names of resources that are gone, in their order.
        changed: name of a resource -> the fields that differ in it.
        enabled: names of resources, there before and now, that are to run now and were not.
        disabled: the opposite.
        settings: the other fields of the result that differ.
        uses: built-in -> calls before and now, where these differ.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = field(factory=dict)
    enabled: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    uses: Mapping[str, tuple[int, int]] = field(factory=dict)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return self != Differences()


def differences(before: LoadResult, now: LoadResult) -> Differences:
    """What differs between two loads, both without an error."""
    old, new = _by_name(before), _by_name(now)
    both = [name for name in new if name in old]
    fields = {name: tuple(_fields(old[name], new[name])) for name in both}
    running, ran = set(now.enabled), set(before.enabled)
    return Differences(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed={name: differing for name, differing in fields.items() if differing},
        enabled=tuple(name for name in both if name in running and name not in ran),
        disabled=tuple(name for name in both if name in ran and name not in running),
        settings=tuple(_settings(before, now)),
        uses=dict(_uses(before, now)),
    )


def _by_name(result: LoadResult) -> dict[str, Manifest]:
    return {manifest.name: manifest for manifest in result.manifests}


def _fields(old: Manifest, new: Manifest) -> Iterator[str]:
    """The fields in which two manifests differ; those of what they deploy by their own names."""
    before, now = old.json(), new.json()
    for name in _differing(before, now):
        target, new_target = before[name], now[name]
        same_kind = old.target is not None and new.target is not None and old.target.kind == new.target.kind
        if name == "DeployTarget" and same_kind:
            yield from _differing(target, new_target)
        else:
            yield name


def _settings(before: LoadResult, now: LoadResult) -> Iterator[str]:
    old, new = result_fields(before), result_fields(now)
    return (name for name in _differing(old, new) if name not in _NOT_SETTINGS)


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [name for name in dict.fromkeys((*before, *now)) if before.get(name) != now.get(name)]


def _uses(before: LoadResult, now: LoadResult) -> Iterator[tuple[str, tuple[int, int]]]:
    for name in sorted({*before.uses, *now.uses}):
        counts = tuple(result.uses[name].calls if name in result.uses else 0 for result in (before, now))
        if counts[0] != counts[1]:
            yield name, (counts[0], counts[1])
