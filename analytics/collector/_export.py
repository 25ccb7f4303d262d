"""Events as they were sent, out of the file again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import attrs
import orjson

from analytics.collector._read import PREFIX, counts
from analytics.collector._sql import Database

_KEPT = 4096  # profiles that are known without parsing them again


@attrs.frozen
class Part:
    """Which events, in the order in which they came.

    Attributes:
        after: those with a higher number.
        since, until: those that happened in this half-open span, in ms since 1970; None is open.
        digest: those of this machine or user; of all if "".
        most: so many of them; all if negative.
    """

    after: int = 0
    since: int | None = None
    until: int | None = None
    digest: str = ""
    most: int = -1


ALL = Part()


class Record:
    """One event.

    Attributes:
        number: its place among all events of the file; no two ever have the same.
        time: when it happened, in ms since 1970.
        tags: keys and values, without the counts.
        profile: the counts, as the file has them; b"" without any.
    """

    __slots__ = ("number", "profile", "tags", "time")

    def __init__(self, number: int, time: int, tags: dict[str, Any], profile: bytes) -> None:
        self.number = number
        self.time = time
        self.tags = tags
        self.profile = profile

    def body(self) -> bytes:
        """The event as it was sent, keys sorted."""
        counted = {PREFIX + name: str(count) for name, count in calls(self.profile).items()}
        return orjson.dumps({**self.tags, **counted}, option=orjson.OPT_SORT_KEYS)


@lru_cache(_KEPT)
def calls(profile: bytes) -> Mapping[str, int]:
    """What a profile counts: built-in ("docker_build") or argument ("docker_build.arg.ref") to calls."""
    return {key[len(PREFIX) :]: int(count) for key, count in counts(profile).items()}


def identity(db: Database) -> str:
    """What tells this file from those of other collectors; with an event's number it is the event's id."""
    return str(db.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()[0])


def lines(db: Database, part: Part = ALL) -> Iterator[bytes]:
    """Events, one a line: an id that no other event has, the time, and the event."""
    whose = identity(db).encode()
    for record in records(db, part):
        yield b'{"id":"%b-%d","time":%d,"event":%b}\n' % (whose, record.number, record.time, record.body())


def events(db: Database, digest: str = "") -> Iterator[tuple[int, int, bytes]]:
    """Events, their numbers and times; of one machine or user, or of all."""
    for record in records(db, Part(digest=digest)):
        yield record.number, record.time, record.body()


def records(db: Database, part: Part = ALL) -> Iterator[Record]:
    """The events of *part*."""
    for number, time, profile, rest, duration, *texts in db.execute(_query(part), attrs.asdict(part)):
        tags = orjson.loads(rest) if rest else {}
        tags.update((key, text) for key, text in zip(_KEYS, texts, strict=True) if text is not None)
        if duration is not None:
            tags["duration"] = duration
        yield Record(number, time, tags, profile or b"")


def _query(part: Part) -> str:
    conditions = ["event.id > :after"]
    if part.since is not None:
        conditions.append("time >= :since")
    if part.until is not None:
        conditions.append("time < :until")
    if part.digest:
        conditions.append(":digest IN (machine.digest, person.digest)")
    limit = "LIMIT :most" if part.most >= 0 else ""
    return f"{_QUERY} WHERE {' AND '.join(conditions)} ORDER BY event.id {limit}"


_KEYS = ("name", "os", "version", "git.origin", "subcommand", "user", "machine")
_QUERY = """
    SELECT event.id, time, profile.body, rest.body, duration,
           name.value, os.value, version.value, repository.value, command.value,
           person.digest, machine.digest
    FROM event
    LEFT JOIN facet AS name ON name.id = event.name
    LEFT JOIN facet AS os ON os.id = event.os
    LEFT JOIN facet AS version ON version.id = event.version
    LEFT JOIN facet AS repository ON repository.id = event.repository
    LEFT JOIN facet AS command ON command.id = event.command
    LEFT JOIN machine ON machine.id = event.machine
    LEFT JOIN person ON person.id = event.person
    LEFT JOIN profile ON profile.id = event.profile
    LEFT JOIN rest ON rest.id = event.rest
"""
