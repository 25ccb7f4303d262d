"""Declare the events of a program of your own: what may be sent, and what for.

The encoder sends nothing else, ``analytics schema`` and the web view explain it, and there is no kind of key
that takes text of the user's::

    EVENTS = [
        event("cmd.<verb>", "which commands are used"),
        event("build", "how long builds take, and whether the cache helps",
              nanoseconds("duration", "time that the build took"),
              choice("target", "what is built", ["wheel", "sdist"]),
              flag("cached", "whether it came from the cache")),
    ]
    ACME = App("acme", url="https://events.acme.example/report", events=EVENTS)

``<verb>`` stands for a name that the program itself gives. Full events carry the global keys besides, and
``count``; see `analytics.Analytics.count`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics import _registry
from analytics._registry import EventType, Key

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["EventType", "Key", "choice", "count", "counts", "event", "flag", "nanoseconds"]

_OWN = frozenset(event.name for event in _registry.OWN_EVENTS)
_GLOBAL = frozenset(("name", "count", *(key.name for key in _registry.GLOBAL_KEYS)))
_SHORTEST_PURPOSE = 10


def event(name: str, purpose: str, *keys: Key) -> EventType:
    """Declare an event, which is sent after a yes only.

    Args:
        name: words with dots between them; the last may be ``<word>``, for any name of the program's.
        purpose: what it is for, in words for users.
        keys: what it says.

    Raises:
        ValueError: the name is no such name or taken, a key is there twice, or no purpose is given.
    """
    if not _is_pattern(name) or name in _OWN:
        raise ValueError(f"not a name for an event: {name!r}")
    names = [key.name for key in keys]
    if len(set(names)) < len(names) or sum("<" in key for key in names) > 1:
        raise ValueError(f"{name}: a key is declared twice, or there are two keys with <…>")
    return EventType(name, _registry.FULL, _purpose(purpose), keys)


def count(name: str, purpose: str) -> Key:
    """Declare a key for a number, passed as a string of digits, as Tilt sends all counts."""
    return _key(name, _registry.COUNT, purpose)


def counts(pattern: str, purpose: str) -> Key:
    """Declare keys that all begin alike, each with a count: ``tool.<name>``.

    Raises:
        ValueError: there is no ``<…>`` at the end.
    """
    fixed, placeholder, _ = pattern.partition("<")
    if not placeholder or not fixed.endswith(".") or not _is_pattern(pattern):
        raise ValueError(f"not a pattern for keys, such as tool.<name>: {pattern!r}")
    return Key(pattern, _registry.COUNT, _purpose(purpose))


def flag(name: str, purpose: str) -> Key:
    """Declare a key for ``"true"`` or ``"false"``."""
    return _key(name, _registry.FLAG, purpose)


def nanoseconds(name: str, purpose: str) -> Key:
    """Declare a key for a duration, an int; ``duration`` is what `analytics.Analytics.timer` sets."""
    return _key(name, _registry.NANOSECONDS, purpose)


def choice(name: str, purpose: str, choices: Iterable[str]) -> Key:
    """Declare a key for one of a list of words.

    Raises:
        ValueError: there are none.
    """
    words = frozenset(choices)
    if not words:
        raise ValueError(f"{name}: there is nothing to choose from")
    return _key(name, _registry.CHOICE, purpose, words)


def _key(name: str, kind: str, purpose: str, choices: frozenset[str] = frozenset()) -> Key:
    if not _registry.is_name(name) or name in _GLOBAL:
        raise ValueError(f"not a name for a key: {name!r}")
    return Key(name, kind, _purpose(purpose), choices)


def _is_pattern(name: str) -> bool:
    """Return whether *name* is a name, but for its last word, which may be in angle brackets."""
    fixed, placeholder, rest = name.partition("<")
    if not placeholder:
        return _registry.is_name(name)
    return rest.endswith(">") and _registry.is_name(rest[:-1]) and _registry.is_name(f"{fixed}x")


def _purpose(text: str) -> str:
    if len(text) < _SHORTEST_PURPOSE:
        raise ValueError(f"say what it is for, in words for users, not {text!r}")
    return text
