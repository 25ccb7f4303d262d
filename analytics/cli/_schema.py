"""``analytics schema``: every event and key that can be sent, and what each is for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from analytics._event import PREFIX
from analytics._registry import EVENTS, GLOBAL_KEYS, EventType, Key

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from analytics.cli._console import Console

SUMMARY = "print every event and key that can be sent, with its purpose"
EXAMPLE = "schema --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="print the schema as JSON")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the registry that the encoder obeys."""
    if arguments.json:
        console.put(
            json.dumps({"global": _keys(GLOBAL_KEYS), "events": [_event(e) for e in EVENTS]}, indent=2)
        )
        return 0
    console.put("on every event of level full:")
    for key in GLOBAL_KEYS:
        console.put(f"  {key.name}  ({key.kind})  {key.purpose}")
    for event in EVENTS:
        console.put(f"\n{PREFIX}{event.name}  [{event.level}]  {event.purpose}")
        for key in event.keys:
            console.put(f"  {key.name}  ({key.kind})  {key.purpose}")
        if event.free_keys:
            console.put("  any key that the Tiltfile's author chose")
    return 0


def _event(event: EventType) -> dict[str, Any]:
    return {
        "name": PREFIX + event.name,
        "level": event.level,
        "purpose": event.purpose,
        "keys": _keys(event.keys),
        "free_keys": event.free_keys,
    }


def _keys(keys: Iterable[Key]) -> list[dict[str, str]]:
    return [{"name": key.name, "kind": key.kind, "purpose": key.purpose} for key in keys]
