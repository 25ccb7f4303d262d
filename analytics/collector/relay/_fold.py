"""Adds events up in PostgreSQL, as a store does in its file: one collector at a time, each block once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from analytics.collector._contexts import Contexts
from analytics.collector._days import DAY_MS
from analytics.collector._limits import REFUSED_KEPT
from analytics.collector._rollups import Rollups
from analytics.collector.relay._connect import Db, advance, setting
from analytics.collector.relay._words import Words

#: of `pg_try_advisory_xact_lock`: the one who adds up
_FOLDING = 7_483_291_004
_NAMED = re.compile(r":([a-z]+)")
_BLOCKS = 20  # of one transaction

#: places in a block; an event's id is the block's number times this, and its place
PLACES = 65536
_ROWS = 10_000


class Portable:
    """A connection to PostgreSQL that takes SQLite's statements: ``?`` or ``:name`` is a parameter."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def execute(self, query: str, parameters: Any = ()) -> Any:
        """As in `sqlite3`."""
        return self._db.execute(_translated(query), parameters)

    def executemany(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """As in `sqlite3`."""
        with self._db.cursor() as cursor:
            cursor.executemany(_translated(query), rows)


def _translated(query: str) -> str:
    return _NAMED.sub(r"%(\1)s", query.replace("?", "%s"))


class Folder:
    """Adds up what is new. What it remembers of the sums holds while nobody else changes them."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._known = ("", "")  # generation and folds of what is remembered

    def fold(self) -> None:
        """Add up all blocks that are not in the sums yet, unless another is at it.

        Raises:
            psycopg.Error: the database failed.
        """
        while self._fold_some():
            pass

    def _fold_some(self) -> bool:
        """Add some up in one transaction; whether there may be more."""
        db = self._db
        with db.transaction():
            if not _try_lock(db):
                return False
            generation = setting(db, "generation", "FOR SHARE")
            blocks = [block for (block,) in db.execute(_TAKE, (_BLOCKS,))]
            if not blocks:
                return False
            if self._known != (generation, setting(db, "folds")):
                self._remember_nothing()
            for block in blocks:
                self._add(db.execute(_EVENTS, (block * PLACES, (block + 1) * PLACES)))
            self._rollups.write()
            advance(db, "folds")
            self._known = (generation, setting(db, "folds"))
            db.execute(_TRIM, (REFUSED_KEPT,))
        return len(blocks) == _BLOCKS

    def add_all(self, first_day: int) -> None:
        """Add up all events from *first_day* on, in the transaction that is under way."""
        self._remember_nothing()
        with self._db.cursor("events") as cursor:
            cursor.itersize = _ROWS
            self._add(cursor.execute(_ALL_EVENTS, (first_day * DAY_MS,)))
        self._rollups.write()

    def _remember_nothing(self) -> None:
        words = Words(self._db)
        self._contexts = Contexts(words)
        self._rollups = Rollups(Portable(self._db), words.calls)

    def _add(self, rows: Iterable[Sequence[Any]]) -> None:
        for happened, *columns, machine, duration, profile in rows:
            context, day = self._contexts.of_row(tuple(columns)), happened // DAY_MS
            self._rollups.add(day, context, machine, profile)
            if duration is not None:
                self._rollups.time(day, context, duration)


def _try_lock(db: Db) -> bool:
    row = db.execute("SELECT pg_try_advisory_xact_lock(%s)", (_FOLDING,)).fetchone()
    return bool(row and row[0])


_TAKE = (
    "DELETE FROM unfolded WHERE block IN (SELECT block FROM unfolded ORDER BY block LIMIT %s) RETURNING block"
)
_COLUMNS = "SELECT time, name, os, version, repository, command, rest, machine, duration, profile FROM event"
_EVENTS = f"{_COLUMNS} WHERE id >= %s AND id < %s"
_ALL_EVENTS = f"{_COLUMNS} WHERE time >= %s"
_TRIM = "DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - %s"
