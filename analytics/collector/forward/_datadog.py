"""Datadog: each event is a log, posted to the logs' intake; Datadog makes metrics of them as they are wanted.

Logs, and not the intake of series: there a point takes the place of another with the same tags and second, so
that events of two batches, or of two machines, could not be added up. A log has an id.

| event | log |
|---|---|
| `name` | `message` |
| when it happened | `timestamp`; Datadog takes nothing that is older than 18 hours |
| id | `id` |
| `name`, `os`, `version` | tags `event`, `os`, `version` |
| `subcommand`, `env`, `ext_name` | tags `command`, `cluster`, `extension` |
| `tiltfile.invoked.NAME` | `builtins`: the names; `calls.NAME`: how often |
| `tiltfile.invoked.NAME.arg.ARGUMENT` | `arguments`: `NAME.ARGUMENT` |
| every key but the counts | `tilt.KEY` |
| (all) | `ddsource:tilt`, `service:tilt`, `status:info` |
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from analytics.collector._export import Record, calls
from analytics.collector.forward._address import Address
from analytics.collector.forward._http import Form, Intake
from analytics.collector.forward._receiver import Taken
from analytics.collector.forward._tags import tags

#: the variable of Datadog's own programs
API_KEY = "DD_API_KEY"

_TAGS = ("name", "os", "version", "subcommand", "env", "ext_name")
_COMMON = {"ddsource": "tilt", "service": "tilt", "status": "info"}
_ARGUMENT = ".arg."

_MOST = 500  # it takes 1,000 …
_MOST_BYTES = 5_000_000  # … and so many bytes
_AGAIN = (408, 429, 500, 502, 503, 504)
_OLDEST_MS = 18 * 3_600_000
_PROFILES = 4096


def open_datadog(address: Address, whose: str, omit: Collection[str], environ: Mapping[str, str]) -> Intake:
    """Datadog's intake of logs.

    Args:
        address: where it is.
        whose: the identity of the collector's file.
        omit: keys that are not sent.
        environ: where `API_KEY` is looked for.

    Raises:
        ValueError: there is no key.
    """
    key = environ.get(API_KEY, "").strip()
    if not key:
        raise ValueError(f"Datadog wants a key: set {API_KEY}")

    def encode(events: Sequence[Record]) -> bytes:
        return orjson.dumps([_log(event, whose, omit) for event in events])

    form = Form(encode, {"DD-API-KEY": key}, _AGAIN, _MOST_BYTES, lambda _: Taken(), API_KEY)
    return Intake(address.url, form, _MOST, _OLDEST_MS)


def _log(event: Record, whose: str, omit: Collection[str]) -> dict[str, Any]:
    kept = {key: value for key, value in event.tags.items() if key not in omit}
    return {
        **_COMMON,
        "message": event.tags["name"],
        "timestamp": event.time,
        "id": f"{whose}-{event.number}",
        "ddtags": ",".join(tags(kept, _TAGS)),
        "tilt": kept,
        **(_uses(event.profile) if event.profile else {}),
    }


@lru_cache(_PROFILES)
def _uses(profile: bytes) -> Mapping[str, Any]:
    counted = calls(profile)
    arguments = [name.replace(_ARGUMENT, ".") for name in counted if _ARGUMENT in name]
    own = {name: count for name, count in counted.items() if _ARGUMENT not in name}
    return {"builtins": list(own), "arguments": arguments, "calls": own}
