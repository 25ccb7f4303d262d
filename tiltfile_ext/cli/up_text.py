"""A reload in words, and as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tiltfile_ext.cli.summary import headline

if TYPE_CHECKING:
    from tiltfile_ext.watching import Differences, FileChange, Reload

#: of long lists, so many are shown
_MOST = 10


def files_text(files: Iterable[FileChange], directory: str) -> str:
    """Which files changed: ``changed: Tiltfile, k8s/web.yaml; deleted: old.yaml``."""
    by_kind = sorted(files, key=lambda change: change.kind)
    parts = (
        f"{kind}: {_listed(_short(change.path, directory) for change in group)}"
        for kind, group in groupby(by_kind, key=lambda change: change.kind)
    )
    return "; ".join(parts)


def reload_text(reload: Reload, *, first: bool) -> str:
    """What a load gave, and how that differs from the one before."""
    result = reload.result
    if result.error is not None:
        return f"{result.path}: failed, {result.duration_ns / 1e6:.0f} ms\n"
    lines = [headline(result)]
    if reload.recovered:
        lines.append("  it loads again")
    if first:
        lines += _row("resources", [manifest.name for manifest in result.manifests])
    else:
        lines += list(_differences(reload.differences)) or ["  no difference"]
    return "\n".join(lines) + "\n"


def reload_json(reload: Reload) -> str:
    """One line of JSON for programs."""
    result, found = reload.result, reload.differences
    fields: dict[str, Any] = {
        "path": result.path,
        "files": [{"path": change.path, "change": change.kind} for change in reload.files],
        "error": None if result.error is None else str(result.error),
        "resources": [manifest.name for manifest in result.manifests],
        "added": list(found.added),
        "removed": list(found.removed),
        "changed": {name: list(fields) for name, fields in found.changed.items()},
        "enabled": list(found.enabled),
        "disabled": list(found.disabled),
        "settings": list(found.settings),
        "calls": {name: list(counts) for name, counts in found.uses.items()},
        "duration_ns": result.duration_ns,
    }
    return json.dumps(fields) + "\n"


def _differences(found: Differences) -> Iterator[str]:
    changed = (f"{name} ({', '.join(fields)})" for name, fields in found.changed.items())
    calls = (f"{name} {before} -> {now}" for name, (before, now) in found.uses.items())
    yield from _row("added", found.added)
    yield from _row("removed", found.removed)
    yield from _row("changed", changed)
    yield from _row("enabled", found.enabled)
    yield from _row("disabled", found.disabled)
    yield from _row("settings", found.settings)
    yield from _row("calls", calls)


def _row(title: str, items: Iterable[str]) -> list[str]:
    text = _listed(items)
    return [f"  {title + ':':<10} {text}"] if text else []


def _listed(items: Iterable[str]) -> str:
    texts = list(items)
    more = f" and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
    return ", ".join(texts[:_MOST]) + more


def _short(path: str, directory: str) -> str:
    """*path* from *directory* on, if it is below."""
    return os.path.relpath(path, directory) if path.startswith(f"{directory}/") else path
