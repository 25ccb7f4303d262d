"""Keeps events in one SQLite file: whatever `Store.write` returned for is on the disk."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from time import monotonic, time

import attrs

from analytics.collector._contexts import Context, Contexts
from analytics.collector._days import DAY_MS
from analytics.collector._dictionary import OTHER_PROFILE, Dictionary
from analytics.collector._errors import CollectorError
from analytics.collector._limits import PROFILES_A_DAY, REFUSED_BYTES, REFUSED_KEPT
from analytics.collector._read import Event, Reader, RefusedError
from analytics.collector._rollups import Rollups

LAYOUT = "2"
_SETTLE_SECONDS = 1.0


@attrs.frozen
class Post:
    """One request: events, and what is said of them.

    Attributes:
        bodies: one event each.
        time: when it came, in ms since 1970.
        ids: ids of the events, or nothing.
        times: when they happened, in ms since 1970, or nothing.
    """

    bodies: Sequence[bytes]
    time: int
    ids: Sequence[bytes] = ()
    times: Sequence[int] = ()


@attrs.define
class Receipt:
    """What became of the events of a post.

    Attributes:
        stored: how many are kept.
        doubles: how many were here before.
        refused: why the others are not kept, one reason each.
    """

    stored: int = 0
    doubles: int = 0
    refused: list[str] = attrs.Factory(list)


def connect(path: str) -> sqlite3.Connection:
    """A connection that writes to the file at *path*, which is made if need be.

    Raises:
        CollectorError: it cannot be opened, or is another program's.
    """
    is_new = not os.path.exists(path)
    try:
        if is_new:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "journal_size_limit=67108864",
        ):
            db.execute(f"PRAGMA {pragma}")
        _prepare(db)
    except (OSError, sqlite3.Error) as error:
        raise CollectorError(f"{path} cannot be used as a collector's file: {error}") from None
    return db


def _prepare(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables:
        schema = files("analytics.collector").joinpath("_schema.sql").read_text()
        for statement in schema.split(";\n"):
            db.execute(statement)
        meta = {"layout": LAYOUT, "rolled_up": "0", "identity": os.urandom(8).hex()}
        db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    elif "meta" not in tables:
        raise sqlite3.DatabaseError("it belongs to another program")
    layout = db.execute("SELECT value FROM meta WHERE key = 'layout'").fetchone()
    if layout != (LAYOUT,):
        raise sqlite3.DatabaseError("another version of the collector wrote it")
    db.execute("COMMIT")


def mark_rolled_up(db: sqlite3.Connection) -> None:
    """Note that the rollups have every event that there is."""
    db.execute("UPDATE meta SET value = (SELECT ifnull(max(id), 0) FROM event) WHERE key = 'rolled_up'")


def remember_numbers(db: sqlite3.Connection) -> None:
    """Note the highest number that an event ever had, before some are removed.

    It is not given again: who has read up to it would miss the event that has it next.
    """
    highest = "max(ifnull(max(id), 0), ?)"
    db.execute(f"INSERT OR REPLACE INTO meta SELECT 'numbered', {highest} FROM event", (above_the_last(db),))


def above_the_last(db: sqlite3.Connection) -> int:
    """The highest number that an event ever had, if that event is gone; else 0."""
    query = (
        "SELECT value FROM meta WHERE key = 'numbered' AND value + 0 > (SELECT ifnull(max(id), 0) FROM event)"
    )
    row = db.execute(query).fetchone()
    return int(row[0]) if row else 0


def kept_from(db: sqlite3.Connection) -> int:
    """The first day whose events are all kept."""
    row = db.execute("SELECT value FROM meta WHERE key = 'kept_from'").fetchone()
    return int(row[0]) if row else 0


class Store:
    """The one writer of a collector's file. For one thread at a time."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._reload()

    def _reload(self) -> None:
        """Start from what is on the disk."""
        self._first_day = kept_from(self.db)
        self._numbered = above_the_last(self.db)
        self._words = Dictionary(self.db)
        self._contexts = Contexts(self._words)
        self._rollups = Rollups(self.db, self._words.calls)
        self._reader = Reader(self._words.profiles)
        self._new_profiles: dict[tuple[int, int | None], int] = {}
        self._settled = monotonic()
        self._catch_up()

    def write(self, posts: Iterable[Post]) -> list[Receipt]:
        """Keep the events of *posts*, all or, if the disk fails, none; a receipt for each.

        Raises:
            sqlite3.Error: the disk failed.
        """
        rows: list[tuple[int | None, ...]] = []
        with self._transaction():
            receipts = [self._take(post, rows) for post in posts]
            self._insert(rows)
            if monotonic() - self._settled > _SETTLE_SECONDS:
                self._settle()
        return receipts

    def _insert(self, rows: list[tuple[int | None, ...]]) -> None:
        """Add events. SQLite numbers them one higher than the last one, unless that one is gone."""
        if rows and self._numbered:
            self.db.execute(_INSERT_AT, (*rows.pop(0), self._numbered + 1))
            self._numbered = 0
        self.db.executemany(_INSERT, rows)

    def settle(self) -> None:
        """Bring the rollups up to the last event.

        Raises:
            sqlite3.Error: the disk failed.
        """
        with self._transaction():
            self._settle()

    def _settle(self) -> None:
        self._rollups.write()
        mark_rolled_up(self.db)
        self._new_profiles = {
            key: n for key, n in self._new_profiles.items() if key[0] >= time() * 1000 // DAY_MS - 1
        }
        self._settled = monotonic()

    @contextmanager
    def rewriting(self) -> Iterator[sqlite3.Connection]:
        """Change what is kept, all or nothing; the store then starts from what is there.

        Raises:
            sqlite3.Error: the disk failed.
        """
        self.settle()
        with self._transaction():
            remember_numbers(self.db)
            yield self.db
        self._reload()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self.db.execute("BEGIN IMMEDIATE")
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            self._reload()
            raise

    def _catch_up(self) -> None:
        """Count the events that are not in the rollups."""
        (last,) = self.db.execute("SELECT value FROM meta WHERE key = 'rolled_up'").fetchone()
        rows = self.db.execute(_SELECT, (int(last),))
        for happened, *columns, machine, duration, profile in rows:
            self._count(happened // DAY_MS, self._contexts.of_row(tuple(columns)), machine, duration, profile)

    def _count(
        self, day: int, context: Context, machine: int | None, duration: int | None, profile: int | None
    ) -> None:
        self._rollups.add(day, context, machine, profile)
        if duration is not None:
            self._rollups.time(day, context, duration)

    def _take(self, post: Post, rows: list[tuple[int | None, ...]]) -> Receipt:
        receipt = Receipt()
        for index, body in enumerate(post.bodies):
            happened = post.times[index] if post.times else post.time
            if happened < self._first_day * DAY_MS:  # of a day that was let go
                happened = post.time
            if post.ids and not self._is_new(post.ids[index], post.time // DAY_MS):
                receipt.doubles += 1
                continue
            try:
                rows.append(self._row(self._reader.read(body), happened))
                receipt.stored += 1
            except RefusedError as error:
                self._refuse(post.time, str(error), body)
                receipt.refused.append(str(error))
        return receipt

    def _is_new(self, id: bytes, day: int) -> bool:
        return self.db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (id, day)).rowcount == 1

    def _row(self, event: Event, happened: int) -> tuple[int | None, ...]:
        day = happened // DAY_MS
        context = self._contexts.of(event)
        machine = self._words.machine(event.machine)
        profile = self._profile(event.profile, day, machine)
        self._count(day, context, machine, event.duration, profile)
        return (happened, *context.columns, self._words.person(event.user), machine, event.duration, profile)

    def _profile(self, body: bytes, day: int, machine: int | None) -> int | None:
        """The number of a profile; a machine that has too many new ones in a day gets the other's."""
        if not body or body in self._words.profiles:
            return self._words.profile(body)
        key = (day, machine)
        self._new_profiles[key] = self._new_profiles.get(key, 0) + 1
        return self._words.profile(body if self._new_profiles[key] <= PROFILES_A_DAY else OTHER_PROFILE)

    def _refuse(self, came: int, reason: str, body: bytes) -> None:
        db = self.db
        db.execute("INSERT INTO refused VALUES (NULL, ?, ?, ?)", (came, reason, body[:REFUSED_BYTES]))
        db.execute("DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - ?", (REFUSED_KEPT,))
        db.execute(
            "INSERT INTO refused_count VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET events = events + 1",
            (came // DAY_MS, reason),
        )

    def close(self) -> None:
        """Bring the rollups up to date, move what is in the log into the file, and close it."""
        self.settle()
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()


_SELECT = (
    "SELECT time, name, os, version, repository, command, rest, machine, duration, profile FROM event "
    "WHERE id > ? ORDER BY id"
)
_COLUMNS = "time, name, os, version, repository, command, rest, person, machine, duration, profile"
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_AT = f"INSERT INTO event ({_COLUMNS}, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
