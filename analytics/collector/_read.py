"""From the bytes of one event to an `Event`: a flat JSON object whose values are strings and integers.

The counts of a load, ``tiltfile.invoked.*``, are most of its bytes, and the same Tiltfile sends the same ones
for months. So they are one value, the *profile*: ``"tiltfile.invoked.a":"1","tiltfile.invoked.b":"2"``,
sorted, as Go writes it. `Reader` finds a profile that it knows by its bytes and parses only what is around
it; everything else takes `parse`. Both give the same event (tests/collector/test_read.py).
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping
from typing import Any, Final

import orjson

from analytics.collector._limits import (
    EVENT_BYTES,
    KEY_BYTES,
    MOST_CALLS,
    NAME_BYTES,
    TAGS,
    VALUE_BYTES,
)

PREFIX: Final = "tiltfile.invoked."
_QUOTED_PREFIX = b'"tiltfile.invoked.'
_LONGEST_INT = 1 << 63


class RefusedError(ValueError):
    """An event that is not kept; says why."""


class Event:
    """One event, its parts in the form in which they are kept.

    Attributes:
        name: what happened, "tilt.tiltfile.loaded".
        user, machine: digests, "" if absent; so are os, version, origin (of the repository) and command.
        duration: nanoseconds, None for what is no timer.
        profile: the counts of built-ins, as sorted members of a JSON object; b"" without any.
        tags: all other keys.
        rest: the same, as a sorted JSON object; b"" without any.
    """

    __slots__ = (
        "command", "duration", "machine", "name", "origin", "os", "profile", "rest", "tags", "user",
        "version",
    )  # fmt: skip

    def __init__(self, tags: dict[str, Any], profile: bytes) -> None:
        self.name = _text(tags, "name")
        if not self.name or len(self.name.encode()) > NAME_BYTES:
            raise RefusedError(f"the name must have 1 to {NAME_BYTES} bytes")
        self.user = _text(tags, "user")
        self.machine = _text(tags, "machine")
        self.os = _text(tags, "os")
        self.version = _text(tags, "version")
        self.origin = _text(tags, "git.origin")
        self.command = _text(tags, "subcommand")
        self.duration = _duration(tags)
        self.profile = profile
        self.tags = tags
        self.rest = orjson.dumps(tags, option=orjson.OPT_SORT_KEYS) if tags else b""


def _text(tags: dict[str, Any], key: str) -> str:
    value = tags.pop(key, "")
    if type(value) is not str:
        raise RefusedError(f"{key} must be a string")
    return value


def _duration(tags: dict[str, Any]) -> int | None:
    value = tags.pop("duration", None)
    if value is not None and (type(value) is not int or value < 0):
        raise RefusedError("duration must be a number of nanoseconds")
    return value


def counts(profile: bytes) -> dict[str, str]:
    """The members of *profile*: ``tiltfile.invoked.<name>`` to a number in digits."""
    members: dict[str, str] = orjson.loads(b"{" + profile + b"}")
    return members


def parse(body: bytes) -> Event:
    """The event that *body* is.

    Raises:
        RefusedError: it is none, or beyond a limit.
    """
    return _from_tags(_flat(body))


def _flat(body: bytes) -> dict[str, Any]:
    if len(body) > EVENT_BYTES:
        raise RefusedError(f"an event has at most {EVENT_BYTES} bytes")
    try:
        tags = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RefusedError(f"not JSON: {error}") from None
    if type(tags) is not dict:
        raise RefusedError("an event is a JSON object")
    return tags


def _from_tags(tags: dict[str, Any]) -> Event:
    _check(tags)
    invoked = sorted(key for key in tags if key.startswith(PREFIX))
    members = ((key, _calls(key, tags.pop(key))) for key in invoked)
    return Event(tags, _profile(members))


def _check(tags: Mapping[str, Any]) -> None:
    if len(tags) > TAGS:
        raise RefusedError(f"an event has at most {TAGS} keys")
    for key, value in tags.items():
        if not key or (len(key) > KEY_BYTES // 4 and len(key.encode()) > KEY_BYTES):
            raise RefusedError(f"a key has 1 to {KEY_BYTES} bytes")
        if type(value) is str:
            if len(value) > VALUE_BYTES // 4 and len(value.encode()) > VALUE_BYTES:
                raise RefusedError(f"a value has at most {VALUE_BYTES} bytes")
        elif type(value) is not int or not -_LONGEST_INT <= value < _LONGEST_INT:
            raise RefusedError("a value is a string or a whole number of 64 bits")


def _calls(key: str, value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > MOST_CALLS:
        raise RefusedError(f"{key} must be a number from 0 to {MOST_CALLS}")
    return int(text)


def _profile(members: Iterable[tuple[str, int]]) -> bytes:
    return b",".join(b'%b:"%d"' % (orjson.dumps(key), calls) for key, calls in members)


class Reader:
    """Parses events; quick where it knows the profile.

    Args:
        known: profiles that `parse` gave for other events.
    """

    def __init__(self, known: Container[bytes]) -> None:
        self._known = known
        self._mark = os.urandom(16).hex()  # a key that nobody can send
        self._member = f'"{self._mark}":0'.encode()

    def read(self, body: bytes) -> Event:
        """The event that *body* is.

        Raises:
            RefusedError: it is none, or beyond a limit.
        """
        return self._quick(body) or parse(body)

    def _quick(self, body: bytes) -> Event | None:
        """The event, if its counts are a known profile in one piece.

        A mark takes the place of the profile. If the mark is then a key of the object, the profile stood
        where keys stand, and not within a string.
        """
        start = body.find(_QUOTED_PREFIX)
        if start < 0 or len(body) > EVENT_BYTES:
            return None
        middle = body.find(b'":"', body.rfind(_QUOTED_PREFIX))
        end = body.find(b'"', middle + len(b'":"')) + 1
        profile = body[start:end]
        if middle < 0 or profile not in self._known:
            return None
        tags = _flat(body[:start] + self._member + body[end:])
        if tags.pop(self._mark, None) is None or any(key.startswith(PREFIX) for key in tags):
            return None
        if len(tags) + profile.count(b'":"') > TAGS:
            return None
        _check(tags)
        return Event(tags, profile)
