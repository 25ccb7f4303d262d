"""The description of the collector's addresses for programs: OpenAPI, from the table that routes requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analytics.collector._routes import FORM, JSON, NDJSON, REPORT, ROUTES, Route

_CELL = {"type": ["string", "number", "null"]}
_TEXT = {"type": "string", "minLength": 1}
_COUNT = {"type": "integer", "minimum": 0}
_EVENT = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 128}},
    "additionalProperties": {"type": ["string", "integer"]},
}


def _object(**properties: object) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


_SCHEMAS = {
    "Any": {"type": "object"},
    "Error": _object(error={"type": "string"}),
    "Erased": _object(erased=_COUNT),
    "Event": _EVENT,
    "Health": _object(ok={"type": "boolean"}),
    "Receipt": _object(stored=_COUNT, doubles=_COUNT, refused={"type": "array", "items": {"type": "string"}}),
    "Sent": _object(
        count=_COUNT,
        events={"type": "array", "items": _object(time={"type": "string"}, event={"type": "object"})},
    ),
    "Table": _object(
        title={"type": "string"},
        note={"type": "string"},
        days={"type": "integer"},
        rows={"type": "array", "items": {"type": "object", "additionalProperties": _CELL}},
    ),
}
_QUERY = {
    "days": {
        "description": "how many days it is about, up to today",
        "schema": {"type": "integer", "minimum": 1, "maximum": 3650, "default": 30},
    },
    "hash": {"description": "of a user or a machine", "schema": _TEXT},
}
_SAID = {
    200: "It is so.",
    400: "The request makes no sense; says why.",
    401: "A key is needed: as the user of Basic, or as Bearer.",
    403: "A page of another site asked for it.",
    404: "There is nothing of this name.",
    408: "The body took too long.",
    413: "The body is too large.",
    429: "Too much from one key or address; Retry-After says when to go on.",
    503: "Not now: the disk does not keep up, or the question took too long.",
}


def document(report: str = REPORT.path) -> dict[str, Any]:
    """The whole description.

    Args:
        report: where events are posted to.
    """
    paths: dict[str, dict[str, Any]] = {}
    for route in (REPORT, *ROUTES):
        path = report if route is REPORT else route.path
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "A collector of tiltfile-ext",
            "version": "1",
            "description": "Takes events, and says what they say.",
        },
        "paths": paths,
        "components": {
            "schemas": _SCHEMAS,
            "securitySchemes": {
                "user": {"type": "http", "scheme": "basic", "description": "the key as the user"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name.replace(".", "-"),
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": {str(status): _response(route, status) for status in _statuses(route)},
    }
    if route.role:
        operation["description"] = f"Needs a key with the role {route.role}, once there is any."
        operation["security"] = [{"user": []}, {"bearer": []}, {}]
    if route.takes:
        operation["requestBody"] = {"required": True, "content": {kind: _body(kind) for kind in route.takes}}
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    inside = re.findall(r"\{(\w+)\}", route.path)
    return [
        *({"name": name, "in": "path", "required": True, "schema": _TEXT} for name in inside),
        *(_asked(route, name) for name in route.query),
    ]


def _asked(route: Route, name: str) -> dict[str, Any]:
    """A parameter behind the question mark; a page asks for the hash if there is none."""
    is_needed = name == "hash" and route.form == JSON
    return {"name": name, "in": "query", "required": is_needed, **_QUERY[name]}


def _statuses(route: Route) -> list[int]:
    missing = [404] * ("{table}" in route.path)
    wrong = [400] * bool(route.query or route.takes)
    late = [503] * (route.name not in ("openapi.json", "metrics"))
    return sorted([200, *wrong, *[401] * bool(route.role), *missing, *late, *route.refusals])


def _response(route: Route, status: int) -> dict[str, Any]:
    if status == 200:  # noqa: PLR2004  # as everybody writes it
        schema = {"$ref": f"#/components/schemas/{route.schema}"} if route.schema else {"type": "string"}
        return {"description": route.summary + ".", "content": {route.form: {"schema": schema}}}
    if route.name == "healthz":
        return {"description": _SAID[status], "content": {JSON: {"schema": _SCHEMAS["Health"]}}}
    error = {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {"description": _SAID[status], "content": error}


def _body(kind: str) -> Mapping[str, Any]:
    event = {"$ref": "#/components/schemas/Event"}
    if kind == FORM:
        return {"schema": _object(hash=_TEXT)}
    if kind == NDJSON:
        return {"schema": {"type": "string", "description": "one event a line"}}
    return {"schema": {"oneOf": [event, {"type": "array", "minItems": 1, "items": event}]}}
