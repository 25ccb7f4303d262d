"""Numbers for the texts of events: each text is kept once, an event refers to it by number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, TypeVar

import orjson

from analytics.collector._limits import FACETS_OF_A_KIND, MACHINES, OTHER
from analytics.collector._read import PREFIX, counts

K = TypeVar("K")
V = TypeVar("V")

#: kinds of facets
EVENT, VERSION, SYSTEM, REPOSITORY, COMMAND, EXTENSION, CLUSTER, BUILTIN, ARGUMENT = (
    "event", "version", "os", "repository", "command", "extension", "cluster", "builtin", "argument",
)  # fmt: skip

#: what stands between a built-in and its argument, in the name of a count
ARGUMENT_OF = ".arg."

_KEPT = 20_000  # profiles and rests that are known without a look at the disk

OTHER_PROFILE = f'"{PREFIX}{OTHER}":"1"'.encode()


class Dictionary:
    """Gives each text its number, a new one if it has none, in the transaction that is under way.

    After a transaction that failed, it must be made anew: it would know numbers that were never kept.

    Attributes:
        profiles: the profiles that are known without a look at the disk, and their numbers.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._facets: dict[tuple[str, str], int] = {}
        self._kinds: dict[str, int] = {}
        for number, kind, value in db.execute("SELECT id, kind, value FROM facet"):
            self._facets[kind, value] = number
            self._kinds[kind] = self._kinds.get(kind, 0) + 1
        self._people: dict[str, int] = {}
        self._machines: dict[str, int] = {}
        self._rests: dict[bytes, int] = {}
        self._profile_calls: dict[int, tuple[tuple[int, int], ...]] = {}
        self.profiles: dict[bytes, int] = {}

    def facet(self, kind: str, value: str) -> int:
        """The number of the facet *value* of *kind*; beyond the limit, that of `OTHER`."""
        found = self._facets.get((kind, value))
        if found is not None:
            return found
        count = self._kinds.get(kind, 0)
        if count >= FACETS_OF_A_KIND and value != OTHER:
            return self.facet(kind, OTHER)
        self._kinds[kind] = count + 1
        row = self._db.execute("INSERT INTO facet (kind, value) VALUES (?, ?)", (kind, value))
        number = self._facets[kind, value] = int(row.lastrowid or 0)
        return number

    def machine(self, digest: str) -> int | None:
        """The number of a machine; None for none."""
        return self._who("machine", self._machines, digest)

    def person(self, digest: str) -> int | None:
        """The number of a user; None for none."""
        return self._who("person", self._people, digest)

    def _who(self, table: str, known: dict[str, int], digest: str) -> int | None:
        if not digest:
            return None
        found = known.get(digest)
        if found is None:
            if len(known) >= MACHINES:
                digest = OTHER
            found = known[digest] = _number(self._db, table, "digest", digest)
        return found

    def rest(self, body: bytes) -> int | None:
        """The number of the other keys of an event; None for none."""
        if not body:
            return None
        found = self._rests.get(body)
        if found is None:
            found = _by_digest(self._db, "rest", body)[0]
            keep(self._rests, body, found)
        return found

    def name(self, facet: int | None) -> str:
        """The text of a facet."""
        return str(self._db.execute("SELECT value FROM facet WHERE id = ?", (facet,)).fetchone()[0])

    def tags(self, rest: int | None) -> dict[str, Any]:
        """The other keys of an event, by the number of its rest."""
        if rest is None:
            return {}
        tags: dict[str, Any] = orjson.loads(
            self._db.execute("SELECT body FROM rest WHERE id = ?", (rest,)).fetchone()[0]
        )
        return tags

    def profile(self, body: bytes) -> int | None:
        """The number of a profile; None for none. A new one is taken apart into built-ins and calls."""
        if not body:
            return None
        found = self.profiles.get(body)
        if found is None:
            found, is_new = _by_digest(self._db, "profile", body)
            if is_new:
                self._db.executemany("INSERT INTO profile_calls VALUES (?, ?, ?)", self._calls(found, body))
            keep(self.profiles, body, found)
        return found

    def _calls(self, profile: int, body: bytes) -> Iterator[tuple[int, int, int]]:
        """Rows for ``profile_calls``; names beyond the limit count together."""
        calls: dict[int, int] = {}
        for kind, name, count in calls_of(body):
            counted = self.facet(kind, name)
            calls[counted] = calls.get(counted, 0) + count
        yield from ((counted, profile, count) for counted, count in calls.items())

    def calls(self, profile: int) -> tuple[tuple[int, int], ...]:
        """The facets of the built-ins and arguments that *profile* counts, and their calls."""
        found = self._profile_calls.get(profile)
        if found is None:
            rows = self._db.execute("SELECT facet, calls FROM profile_calls WHERE profile = ?", (profile,))
            found = tuple(rows)
            keep(self._profile_calls, profile, found)
        return found


def calls_of(profile: bytes) -> Iterator[tuple[str, str, int]]:
    """What *profile* counts: the kind of each, its name, and how many calls."""
    for key, text in counts(profile).items():
        name = key[len(PREFIX) :]
        yield ARGUMENT if ARGUMENT_OF in name else BUILTIN, name, int(text)


def _number(db: sqlite3.Connection, table: str, column: str, value: object) -> int:
    row = db.execute(f"SELECT id FROM {table} WHERE {column} = ?", (value,)).fetchone()
    if row is None:
        row = (db.execute(f"INSERT INTO {table} ({column}) VALUES (?)", (value,)).lastrowid,)
    return int(row[0])


def _by_digest(db: sqlite3.Connection, table: str, body: bytes) -> tuple[int, bool]:
    """The number of *body* in *table*, and whether it is new."""
    digest = blake2b(body, digest_size=16).digest()
    row = db.execute(f"SELECT id FROM {table} WHERE digest = ?", (digest,)).fetchone()
    if row is not None:
        return int(row[0]), False
    made = db.execute(f"INSERT INTO {table} (digest, body) VALUES (?, ?)", (digest, body))
    return int(made.lastrowid or 0), True


def keep(known: dict[K, V], key: K, value: V) -> None:
    """Remember *value*; when there is too much, forget what was learned first."""
    if len(known) >= _KEPT:
        for old in list(known)[: _KEPT // 4]:
            del known[old]
    known[key] = value
