"""Events are kept by month, so that a month can be dropped as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from analytics.collector.relay._connect import Db

#: of `pg_advisory_xact_lock`: the one who makes or drops partitions
_CHANGING = 7_483_291_003


def make_partitions(db: Db, known: set[str], times: Iterable[int]) -> None:
    """See to it that there is a partition for each of *times*, in ms since 1970.

    Args:
        db: no transaction may be under way in it.
        known: names of partitions that there are; those that are made are added.
        times: when events happened.
    """
    for month in {_month(time) for time in times}:
        name = f"event_{month:%Y_%m}"
        if name not in known:
            _make(db, name, month)
            known.add(name)


def _make(db: Db, name: str, month: datetime) -> None:
    first, after = (int(day.timestamp() * 1000) for day in (month, _next(month)))
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s)", (_CHANGING,))
        row = db.execute("SELECT to_regclass(%s) IS NULL", (name,)).fetchone()
        if row and row[0]:
            db.execute(f"CREATE TABLE {name} PARTITION OF event FOR VALUES FROM ({first}) TO ({after})")


def partitions(db: Db) -> list[tuple[str, int]]:
    """The partitions that there are, and the end of each, in ms since 1970; the oldest first."""
    query = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass"
    names = sorted(name for (name,) in db.execute(query))
    return [(name, int(_next(_of_name(name)).timestamp() * 1000)) for name in names]


def _month(time: int) -> datetime:
    return datetime.fromtimestamp(time / 1000, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _of_name(name: str) -> datetime:
    return datetime.strptime(name, "event_%Y_%m").replace(tzinfo=UTC)
