"""What is done to a collector's file besides adding to it: erase, retention, rebuild, backup."""

from __future__ import annotations

import sqlite3

from analytics.collector._days import DAY_MS, monday
from analytics.collector._packed import without
from analytics.collector._sql import Database
from analytics.collector._store import Store, connect, kept_from, mark_rolled_up

_ROLLUPS = ("sum_count", "sum_machines", "sum_durations")


#: characters of what may be a digest
_SHORTEST = 8


def rebuild(store: Store) -> None:
    """Compute the rollups anew from the events that are kept, for the days that are kept whole.

    Raises:
        sqlite3.Error: the disk failed.
    """
    with store.rewriting() as db:
        _forget_rollups(db)
    store.settle()


def _forget_rollups(db: sqlite3.Connection) -> None:
    """Let them be computed anew."""
    first = kept_from(db)
    for table in _ROLLUPS:
        db.execute(f"DELETE FROM {table} WHERE first >= ?", (first,))
    db.execute("UPDATE meta SET value = '0' WHERE key = 'rolled_up'")


def erase(store: Store, digest: str) -> int:
    """Remove every event of a machine or a user, and every trace of the digest; returns how many events.

    What is too short to be a digest is not looked for in other texts, where anybody's events may have it.

    Raises:
        sqlite3.Error: the disk failed.
    """
    with store.rewriting() as db:
        machine, person = _number(db, "machine", digest), _number(db, "person", digest)
        text = digest if len(digest) >= _SHORTEST else None
        erased = db.execute(
            "DELETE FROM event WHERE machine = ? OR person = ? "
            "OR rest IN (SELECT id FROM rest WHERE instr(CAST(body AS TEXT), ?))",
            (machine, person, text),
        ).rowcount
        for table in ("rest", "refused"):
            db.execute(f"DELETE FROM {table} WHERE instr(CAST(body AS TEXT), ?)", (text,))
        db.execute("DELETE FROM machine WHERE id = ?", (machine,))
        db.execute("DELETE FROM person WHERE id = ?", (person,))
        if machine is not None:
            clear_machine(db, machine)
        _forget_rollups(db)
    store.settle()
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return erased


def _number(db: sqlite3.Connection, table: str, digest: str) -> int | None:
    row = db.execute(f"SELECT id FROM {table} WHERE digest = ?", (digest,)).fetchone()
    return row[0] if row else None


def clear_machine(db: Database, machine: int) -> None:
    """Take a machine out of days whose events are gone already."""
    for days, first, facet, kept in db.execute("SELECT * FROM sum_machines").fetchall():
        changed = without(kept, machine)
        if changed is not None:
            row = (changed, days, first, facet)
            db.execute("UPDATE sum_machines SET machines = ? WHERE days = ? AND first = ? AND facet = ?", row)


def forget_events(store: Store, before_day: int) -> int:
    """Remove the events of the weeks before that of *before_day*; their sums stay. Returns how many events.

    Whole weeks go, so that the sums of every week are either to be computed anew from its events or for good.

    Raises:
        sqlite3.Error: the disk failed.
    """
    before_day = monday(before_day)
    with store.rewriting() as db:
        gone = db.execute("DELETE FROM event WHERE time < ?", (before_day * DAY_MS,)).rowcount
        db.execute("DELETE FROM refused WHERE time < ?", (before_day * DAY_MS,))
        db.execute("DELETE FROM seen WHERE day < ?", (before_day,))
        for text in ("person", "rest"):  # what no event has any more
            db.execute(f"DELETE FROM {text} WHERE id NOT IN (SELECT {text} FROM event WHERE {text} NOTNULL)")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('kept_from', ?)", (str(before_day),))
        mark_rolled_up(db)
    return gone


def forget_sums(store: Store, before_day: int) -> None:
    """Remove the sums of days and weeks that are over before *before_day*.

    Raises:
        sqlite3.Error: the disk failed.
    """
    old = "first + days <= ?"
    if not store.db.execute(f"SELECT 1 FROM sum_count WHERE {old} LIMIT 1", (before_day,)).fetchone():
        return
    with store.rewriting() as db:
        for table in _ROLLUPS:
            db.execute(f"DELETE FROM {table} WHERE {old}", (before_day,))
        db.execute("DELETE FROM refused_count WHERE day < ?", (before_day,))


def backup(db: sqlite3.Connection, path: str) -> None:
    """Copy the file to *path* while it is in use.

    Raises:
        CollectorError: there is a file that is no collector's.
        sqlite3.Error: the disk failed.
    """
    target = connect(path)
    with target:
        db.backup(target)
    target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    target.close()
