"""What is done to the tables in PostgreSQL besides adding to them: erase, retention, rebuild, and a look.

Each is one transaction, and holds off those of all collectors while it lasts.
"""

from __future__ import annotations

from analytics.collector._days import DAY_MS, WEEK, monday
from analytics.collector._maintenance import clear_machine
from analytics.collector.relay._connect import Db, advance, setting
from analytics.collector.relay._fold import Folder, Portable
from analytics.collector.relay._partitions import partitions

_ROLLUPS = ("sum_count", "sum_machines", "sum_durations")


def rebuild(db: Db) -> None:
    """Compute the sums anew from the events that are kept, for the days that are kept whole.

    Raises:
        psycopg.Error: the database failed.
    """
    with db.transaction():
        setting(db, "generation", "FOR UPDATE")
        _rebuild(db)


def _rebuild(db: Db) -> None:
    first = int(setting(db, "kept_from"))
    for table in _ROLLUPS:
        db.execute(f"DELETE FROM {table} WHERE first >= %s", (first,))
    db.execute("DELETE FROM unfolded")
    Folder(db).add_all(first)
    advance(db, "folds")


def erase(db: Db, digest: str) -> int:
    """Remove every event of a machine or a user, and every trace of the digest; returns how many events.

    Raises:
        psycopg.Error: the database failed.
    """
    with db.transaction():
        setting(db, "generation", "FOR UPDATE")
        numbers = [_number(db, table, digest) for table in ("machine", "person")]
        trace = digest.encode()
        erased = db.execute(_ERASE, (*numbers, trace)).rowcount
        for table in ("rest", "refused"):
            db.execute(f"DELETE FROM {table} WHERE position(%s::bytea in body) > 0", (trace,))
        for table in ("machine", "person"):
            db.execute(f"DELETE FROM {table} WHERE digest = %s", (digest,))
        if numbers[0] is not None:
            clear_machine(Portable(db), numbers[0])
        _rebuild(db)
        advance(db, "generation")
    for table in ("machine", "person", "rest", "refused"):
        db.execute(f"VACUUM (FULL) {table}")  # else the bytes stay where the rows were
    return erased


def _number(db: Db, table: str, digest: str) -> int | None:
    row = db.execute(f"SELECT id FROM {table} WHERE digest = %s", (digest,)).fetchone()
    return row[0] if row else None


def forget_events(db: Db, before_day: int) -> list[str]:
    """Drop the months that are over before *before_day*; their sums stay. Returns the partitions.

    The sums of a week are of events that are all kept, or for good: so those of the week in which the last of
    these months ended are for good, too.

    Raises:
        psycopg.Error: the database failed.
    """
    old = [(name, end) for name, end in partitions(db) if end <= before_day * DAY_MS]
    if not old:
        return []
    first = monday(old[-1][1] // DAY_MS + WEEK - 1)
    with db.transaction():
        setting(db, "generation", "FOR UPDATE")
        if db.execute("SELECT 1 FROM unfolded LIMIT 1").fetchone():
            return []  # they are to be in the sums first: the next time
        for name, _ in old:
            db.execute(f"DROP TABLE {name}")
        for table in ("seen", "segment"):
            db.execute(f"DELETE FROM {table} WHERE day < %s", (before_day,))
        db.execute("DELETE FROM refused WHERE time < %s", (before_day * DAY_MS,))
        db.execute("UPDATE meta SET value = %s WHERE key = 'kept_from'", (str(first),))
        advance(db, "generation")
    return [name for name, _ in old]


_ERASE = (
    "DELETE FROM event WHERE machine = %s OR person = %s "
    "OR rest IN (SELECT id FROM rest WHERE position(%s::bytea in body) > 0)"
)
