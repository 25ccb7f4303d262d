"""What a program may send, in plain data: for ``schema``, for the page of events, for the web view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analytics._extensions import PUBLIC
from analytics._registry import CHOICE, COUNT_KEY, EXTENSION, FULL, KINDS, MINIMAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics._app import App
    from analytics._registry import EventType, Key

#: What a level asks of the user.
LEVELS = {
    MINIMAL: "sent as long as nobody has chosen; never with an identity",
    FULL: "sent after a yes: the user's own, or the project's for all who work on it",
}

_FREE = "any key that the Tiltfile's author chose"
_NAME = "which event it is"


def describe(app: App) -> dict[str, Any]:
    """Return every event and key of *app*, from the registry that the encoder obeys."""
    return {
        "app": app.name,
        "levels": LEVELS,
        "global": [_key(key) for key in app.registry.global_keys],
        "events": [_event(app, event) for event in app.registry.events],
    }


def values(key: Key) -> str:
    """Return what may stand under *key*, in words."""
    if key.kind == CHOICE:
        return "one of: " + ", ".join(choice or '""' for choice in sorted(key.choices))
    if key.kind == EXTENSION:
        return f"a public name: {', '.join(PUBLIC)}; or as typed, capped: {KINDS[EXTENSION]}"
    return KINDS[key.kind]


def meanings(app: App, name: str) -> dict[str, str]:
    """Return what each key of the event *name* (as on the wire) is for; patterns as they are declared."""
    kind = app.registry.find(name.removeprefix(app.prefix))
    keys: Iterable[Key] = () if kind is None else (*app.registry.global_keys, COUNT_KEY, *kind.keys)
    found = {key.name: key.purpose for key in keys}
    return {"name": _NAME, **found}


def meaning(key: str, known: dict[str, str], *, free: bool = False) -> str:
    """Return what *key* is for, given the `meanings` of its event; "" if that is not known."""
    if key in known:
        return known[key]
    for pattern, purpose in known.items():
        fixed, placeholder, _ = pattern.partition("<")
        if placeholder and key.startswith(fixed):
            return purpose
    return _FREE if free else ""


def _event(app: App, event: EventType) -> dict[str, Any]:
    return {
        "name": app.prefix + event.name,
        "level": event.level,
        "purpose": event.purpose,
        "keys": [_key(key) for key in event.keys],
        "free_keys": event.free_keys,
    }


def _key(key: Key) -> dict[str, Any]:
    described = {"name": key.name, "kind": key.kind, "values": values(key), "purpose": key.purpose}
    if key.kind == EXTENSION:
        return {**described, "public": list(PUBLIC)}
    return {**described, "choices": sorted(key.choices)} if key.choices else described
