"""``analytics schema``: every event and key that can be sent, and what each is for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from analytics._describe import describe

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from analytics.cli._console import Console

SUMMARY = "print every event and key that can be sent, with its purpose"
EXAMPLES = {
    "schema": "every key, with what it is for",
    "schema --json": "the same for a program",
}
FAILURE = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="print the schema as JSON")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the registry that the encoder obeys."""
    schema = describe(console.app)
    if arguments.json:
        console.put(json.dumps(schema, indent=2))
        return 0
    for line in _lines(schema):
        console.put(line)
    return 0


def _lines(schema: dict[str, Any]) -> Iterator[str]:
    for level, words in schema["levels"].items():
        yield f"level {level}: {words}"
    yield "\non every event of level full:"
    yield from _keys(schema["global"])
    for event in schema["events"]:
        yield f"\n{event['name']}  [{event['level']}]  {event['purpose']}"
        yield from _keys(event["keys"])
        if event["free_keys"]:
            yield "  any key that the Tiltfile's author chose, and text, cut where it is long"


def _keys(keys: Iterable[dict[str, Any]]) -> Iterator[str]:
    for key in keys:
        yield f"  {key['name']}  ({key['kind']})  {key['purpose']}"
        yield f"      {key['values']}"
