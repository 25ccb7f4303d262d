"""OpenTelemetry: each event is a log record, posted as OTLP/HTTP with JSON.

| event | log record |
|---|---|
| `name` | `event_name`, and the body |
| when it happened | `time_unix_nano`; `observed_time_unix_nano` is when it was forwarded |
| id | attribute `log.record.uid`: a receiver may drop what has the same as another |
| `user`, `os` | attributes `user.hash`, `os.type` |
| `tiltfile.invoked.…` | attributes of the same names, integers |
| any other key | an attribute of the same name |
| (all) | severity `INFO`, resource `service.name="tilt"`, scope `tiltfile-ext` |
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from time import time_ns
from typing import Any
from urllib.parse import unquote

import orjson

from analytics.collector._export import Record, calls
from analytics.collector._read import PREFIX
from analytics.collector.forward._address import Address
from analytics.collector.forward._http import Form, Intake
from analytics.collector.forward._receiver import Taken

#: the keys for which OpenTelemetry has names of its own
_ATTRIBUTES = {"user": "user.hash", "os": "os.type"}
_ID = "log.record.uid"
_SEVERITY = {"severityNumber": 9, "severityText": "INFO"}
_RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": "tilt"}}]}
_SCOPE = {"name": "tiltfile-ext"}

#: the variable of OpenTelemetry's own exporters
HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"

_MOST = 500
_MOST_BYTES = 4_000_000  # many receivers take 4 MiB
_AGAIN = (429, 502, 503, 504)  # the specification says these, and no others
_PROFILES = 4096


def open_otlp(address: Address, whose: str, omit: Collection[str], environ: Mapping[str, str]) -> Intake:
    """A receiver that speaks OTLP/HTTP.

    Args:
        address: where it is.
        whose: the identity of the collector's file.
        omit: keys that are not sent.
        environ: where `HEADERS` is looked for: ``key=value,key=value``, values as in a URL.

    Raises:
        ValueError: the headers are none.
    """

    def encode(events: Sequence[Record]) -> bytes:
        return _encode(events, whose, omit)

    headers = _headers(environ.get(HEADERS, ""))
    return Intake(address.url, Form(encode, headers, _AGAIN, _MOST_BYTES, _read, HEADERS), _MOST)


def _headers(text: str) -> dict[str, str]:
    headers = {}
    for pair in filter(None, map(str.strip, text.split(","))):
        name, is_pair, value = pair.partition("=")
        if not is_pair or not name.strip():
            raise ValueError(f"{HEADERS} is not key=value,key=value")
        headers[name.strip()] = unquote(value.strip())
    return headers


def _encode(events: Sequence[Record], whose: str, omit: Collection[str]) -> bytes:
    now = str(time_ns())
    found = [{**_record(event, whose, omit), "observedTimeUnixNano": now} for event in events]
    logs = {"resource": _RESOURCE, "scopeLogs": [{"scope": _SCOPE, "logRecords": found}]}
    return orjson.dumps({"resourceLogs": [logs]})


def _record(event: Record, whose: str, omit: Collection[str]) -> dict[str, Any]:
    name = event.tags["name"]
    members = (_own(event, whose, omit), _counted(event.profile))
    return {
        "timeUnixNano": str(event.time * 1_000_000),
        **_SEVERITY,
        "eventName": name,
        "body": {"stringValue": name},
        "attributes": orjson.Fragment(b"[%b]" % b",".join(filter(None, members))),
    }


def _own(event: Record, whose: str, omit: Collection[str]) -> bytes:
    """All attributes but the counts, as members of a JSON array; no two have the same key."""
    kept = {
        _ATTRIBUTES.get(key, key): value
        for key, value in event.tags.items()
        if key != "name" and key not in omit
    }
    return _members({**kept, _ID: f"{whose}-{event.number}"})


@lru_cache(_PROFILES)
def _counted(profile: bytes) -> bytes:
    """The counts: the same ones come again and again."""
    return _members({PREFIX + name: count for name, count in calls(profile).items()})


def _members(attributes: Mapping[str, str | int]) -> bytes:
    return orjson.dumps([_attribute(key, value) for key, value in attributes.items()])[1:-1]


def _attribute(key: str, value: str | int) -> dict[str, Any]:
    kind = "stringValue" if isinstance(value, str) else "intValue"
    return {"key": key, "value": {kind: str(value)}}


def _read(answer: bytes) -> Taken:
    """A good answer may say that some were refused; they are not to be sent again."""
    try:
        partly = orjson.loads(answer)["partialSuccess"]
        return Taken(int(partly.get("rejectedLogRecords", 0)), str(partly.get("errorMessage", "")))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Taken()
