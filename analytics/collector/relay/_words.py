"""Numbers for the texts of events, in PostgreSQL: as `Dictionary` in SQLite, for many collectors at once.

What is new in a block is looked up, and written, with one statement a table. Whoever adds texts holds a lock
until the transaction ends, so that each text gets one number and no two collectors wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import orjson
from psycopg import Connection

from analytics.collector._contexts import facets_of
from analytics.collector._dictionary import calls_of, keep
from analytics.collector._limits import FACETS_OF_A_KIND, MACHINES, OTHER
from analytics.collector._read import Event

Text = TypeVar("Text", str, bytes)
#: a kind and a value
Facet = tuple[str, str]

#: of `pg_advisory_xact_lock`: the one who adds texts
_ADDING = 7_483_291_001


class Words:
    """Gives each text its number, in the transaction that is under way.

    After a transaction that failed, and when numbers were given up, it must be made anew.

    Attributes:
        profiles: the profiles that are known without a look at the database, and their numbers.
    """

    def __init__(self, db: Connection[Any]) -> None:
        self._db = db
        self._facets: dict[Facet, int] = {}
        self._names: dict[int, str] = {}
        for number, kind, value in db.execute("SELECT id, kind, value FROM facet"):
            self._know(number, kind, value)
        self._machines = _Digests(db, "machine")
        self._people = _Digests(db, "person")
        self._rests = _Bodies(db, "rest")
        self._profiles = _Bodies(db, "profile")
        self._calls: dict[int, tuple[tuple[int, int], ...]] = {}
        self.profiles = self._profiles.known

    def learn(self, events: Sequence[Event], profiles: Iterable[bytes]) -> None:
        """Get to know what *events* have, and *profiles*, all at once."""
        self._machines.learn({_plain(event.machine) for event in events if event.machine})
        self._people.learn({_plain(event.user) for event in events if event.user})
        self._rests.learn({event.rest for event in events if event.rest})
        self._learn_facets({pair for event in events for pair in facets_of(event)})
        self._take_apart(self._profiles.learn(set(profiles)))

    def _learn_facets(self, pairs: set[Facet]) -> None:
        unknown = {(kind, _plain(value)) for kind, value in pairs}.difference(self._facets)
        if not unknown or not (unknown := self._look_up_facets(unknown)):
            return
        lock(self._db)
        unknown = self._look_up_facets(unknown)  # another may have added them meanwhile
        counts = dict(self._db.execute("SELECT kind, count(*) FROM facet GROUP BY kind").fetchall())
        added = []
        for kind, value in sorted(unknown):
            if counts.get(kind, 0) < FACETS_OF_A_KIND:  # `facet` sees to the others
                counts[kind] = counts.get(kind, 0) + 1
                added.append((kind, value))
        self._keep_facets(_ADD_FACETS, added)

    def _look_up_facets(self, pairs: set[Facet]) -> set[Facet]:
        """Get to know those of *pairs* that are in the table; returns the others."""
        self._keep_facets(_FIND_FACETS, pairs)
        return pairs.difference(self._facets)

    def _keep_facets(self, query: str, pairs: Collection[Facet]) -> None:
        if pairs:
            parameters = ([kind for kind, _ in pairs], [value for _, value in pairs])
            for number, kind, value in self._db.execute(query, parameters):
                self._know(number, kind, value)

    def _know(self, number: int, kind: str, value: str) -> None:
        self._facets[kind, value] = number
        self._names[number] = value

    def unknown(self, profiles: set[bytes]) -> set[bytes]:
        """Those of *profiles* that are new."""
        return self._profiles.look_up(profiles.difference(self.profiles))

    def facet(self, kind: str, value: str) -> int:
        """The number of the facet *value* of *kind*; beyond the limit, that of `OTHER`."""
        key = (kind, _plain(value))
        found = self._facets.get(key)
        if found is None:
            found = self._facets[key] = self._find_facet(*key)
        return found

    def _find_facet(self, kind: str, value: str) -> int:
        lock(self._db)
        query = "SELECT id FROM facet WHERE kind = %s AND value = %s"
        row = self._db.execute(query, (kind, value)).fetchone()
        if row is None:
            count = self._db.execute("SELECT count(*) FROM facet WHERE kind = %s", (kind,)).fetchone()
            if count and count[0] >= FACETS_OF_A_KIND and value != OTHER:
                return self.facet(kind, OTHER)
            query = "INSERT INTO facet (kind, value) VALUES (%s, %s) RETURNING id"
            row = self._db.execute(query, (kind, value)).fetchone()
        return int(row[0]) if row else 0

    def machine(self, digest: str) -> int | None:
        """The number of a machine; None for none."""
        return self._machines.number(_plain(digest)) if digest else None

    def person(self, digest: str) -> int | None:
        """The number of a user; None for none."""
        return self._people.number(_plain(digest)) if digest else None

    def rest(self, body: bytes) -> int | None:
        """The number of the other keys of an event; None for none."""
        return self._rests.number(body) if body else None

    def profile(self, body: bytes) -> int | None:
        """The number of a profile; None for none."""
        if not body:
            return None
        if body not in self.profiles:
            self.learn((), (body,))
        return self.profiles[body]

    def name(self, facet: int | None) -> str:
        """The text of a facet."""
        if facet is not None and facet not in self._names:
            row = self._db.execute("SELECT value FROM facet WHERE id = %s", (facet,)).fetchone()
            self._names[facet] = str(row[0]) if row else ""
        return self._names.get(facet or 0, "")

    def tags(self, rest: int | None) -> dict[str, Any]:
        """The other keys of an event, by the number of its rest."""
        row = self._db.execute("SELECT body FROM rest WHERE id = %s", (rest,)).fetchone()
        tags: dict[str, Any] = orjson.loads(row[0]) if row else {}
        return tags

    def calls(self, profile: int) -> tuple[tuple[int, int], ...]:
        """The facets of the built-ins and arguments that *profile* counts, and their calls."""
        found = self._calls.get(profile)
        if found is None:
            rows = self._db.execute("SELECT facet, calls FROM profile_calls WHERE profile = %s", (profile,))
            found = tuple(rows)
            keep(self._calls, profile, found)
        return found

    def _take_apart(self, profiles: Sequence[tuple[bytes, int]]) -> None:
        """Keep what *profiles*, which are new, count."""
        if not profiles:
            return
        counted = [(number, list(calls_of(body))) for body, number in profiles]
        self._learn_facets({(kind, name) for _, calls in counted for kind, name, _ in calls})
        rows: dict[tuple[int, int], int] = {}
        for profile, calls in counted:
            for kind, name, count in calls:
                key = (self.facet(kind, name), profile)
                rows[key] = rows.get(key, 0) + count
        facets, numbers = [facet for facet, _ in rows], [profile for _, profile in rows]
        self._db.execute(_ADD_CALLS, (facets, numbers, list(rows.values())))


_FIND_FACETS = (
    "SELECT id, facet.kind, facet.value FROM facet "
    "JOIN (SELECT unnest(%s::text[]) AS kind, unnest(%s::text[]) AS value) AS wanted USING (kind, value)"
)
_ADD_FACETS = (
    "INSERT INTO facet (kind, value) SELECT unnest(%s::text[]), unnest(%s::text[]) RETURNING id, kind, value"
)
_ADD_CALLS = "INSERT INTO profile_calls SELECT unnest(%s::int[]), unnest(%s::int[]), unnest(%s::bigint[])"


class _Texts(Generic[Text]):
    """A table of texts and their numbers."""

    def __init__(self, db: Connection[Any], table: str) -> None:
        self._db = db
        self._table = table
        self.known: dict[Text, int] = {}

    def number(self, text: Text) -> int:
        """The number of *text*."""
        if text not in self.known:
            self.learn({text})
        return self.known[text]

    def learn(self, texts: set[Text]) -> Sequence[tuple[Text, int]]:
        """Get to know *texts*; returns those that are new, and their numbers."""
        missing = self.look_up(texts.difference(self.known))
        if missing:
            lock(self._db)
            missing = self.look_up(missing)  # another may have added them meanwhile
        return self._keep(self._add(sorted(missing))) if missing else ()

    def _keep(self, found: Iterable[tuple[Text, int]]) -> Sequence[tuple[Text, int]]:
        kept = list(found)
        for text, number in kept:
            keep(self.known, text, number)
        return kept

    def look_up(self, texts: set[Text]) -> set[Text]:
        """Get to know those of *texts* that are in the table; returns the others."""
        if not texts:
            return texts
        by_key = {self._key(text): text for text in texts}
        query = f"SELECT digest, id FROM {self._table} WHERE digest = ANY(%s)"
        rows = self._db.execute(query, (list(by_key),)).fetchall()
        found = self._keep((by_key[key], number) for key, number in rows)
        return texts.difference(text for text, _ in found)

    def _key(self, text: Text) -> Text:
        return text

    def _add(self, texts: Sequence[Text]) -> Iterable[tuple[Text, int]]:
        raise NotImplementedError


class _Digests(_Texts[str]):
    """Machines, or people."""

    def _add(self, texts: Sequence[str]) -> Iterable[tuple[str, int]]:
        row = self._db.execute(f"SELECT coalesce(max(id), 0) FROM {self._table}").fetchone()
        if row and row[0] >= MACHINES and texts != [OTHER]:
            return [(text, self.number(OTHER)) for text in texts]
        query = f"INSERT INTO {self._table} (digest) SELECT unnest(%s::text[]) RETURNING digest, id"
        return self._db.execute(query, (list(texts),)).fetchall()


class _Bodies(_Texts[bytes]):
    """Texts that are found by digests of their own."""

    def _key(self, text: bytes) -> bytes:
        return blake2b(text, digest_size=16).digest()

    def _add(self, texts: Sequence[bytes]) -> Iterable[tuple[bytes, int]]:
        by_key = {self._key(text): text for text in texts}
        query = (
            f"INSERT INTO {self._table} (digest, body) SELECT unnest(%s::bytea[]), unnest(%s::bytea[]) "
            "RETURNING digest, id"
        )
        rows = self._db.execute(query, (list(by_key), list(by_key.values()))).fetchall()
        return [(by_key[key], number) for key, number in rows]


def lock(db: Connection[Any]) -> None:
    """Be the one who adds texts, until the transaction ends."""
    db.execute("SELECT pg_advisory_xact_lock(%s)", (_ADDING,))


def _plain(text: str) -> str:
    """*text* without the one character that PostgreSQL has not."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
