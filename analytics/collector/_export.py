"""Events as they were sent, out of the file again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import orjson

from analytics.collector._read import counts


def lines(db: sqlite3.Connection) -> Iterator[bytes]:
    """Every event as one line: an id that no other collector gives, the time, and the event."""
    (identity,) = db.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()
    for number, time, body in events(db):
        yield b'{"id":"%b-%d","time":%d,"event":%b}\n' % (identity.encode(), number, time, body)


def events(db: sqlite3.Connection, digest: str = "") -> Iterator[tuple[int, int, bytes]]:
    """Events, their numbers and times, in ms since 1970, in the order in which they came; keys are sorted.

    Args:
        db: the file.
        digest: only those of this machine or user; all if "".
    """
    query = _QUERY + (" WHERE machine.digest = :digest OR person.digest = :digest" if digest else "")
    for number, time, profile, rest, *texts, duration in db.execute(
        query + " ORDER BY event.id", {"digest": digest}
    ):
        members = {**orjson.loads(rest or b"{}"), **counts(profile or b"")}
        members.update((key, text) for key, text in zip(_KEYS, texts, strict=True) if text is not None)
        if duration is not None:
            members["duration"] = duration
        yield number, time, orjson.dumps(members, option=orjson.OPT_SORT_KEYS)


_KEYS = ("name", "os", "version", "git.origin", "subcommand", "user", "machine")
_QUERY = """
    SELECT event.id, time, profile.body, rest.body,
           name.value, os.value, version.value, repository.value, command.value,
           person.digest, machine.digest, duration
    FROM event
    JOIN facet AS name ON name.id = event.name
    LEFT JOIN facet AS os ON os.id = event.os
    LEFT JOIN facet AS version ON version.id = event.version
    LEFT JOIN facet AS repository ON repository.id = event.repository
    LEFT JOIN facet AS command ON command.id = event.command
    LEFT JOIN machine ON machine.id = event.machine
    LEFT JOIN person ON person.id = event.person
    LEFT JOIN profile ON profile.id = event.profile
    LEFT JOIN rest ON rest.id = event.rest
"""
