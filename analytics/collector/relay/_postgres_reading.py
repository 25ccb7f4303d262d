"""Answers from PostgreSQL: the same tables as in a file, asked for with its own way to name many numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from typing import Any, TypeVar

import psycopg

from analytics.collector._days import Days
from analytics.collector._errors import CollectorError
from analytics.collector._export import events
from analytics.collector._file_sums import COLUMNS, FileSums
from analytics.collector._reading import GivenUpError, Reading
from analytics.collector._sums import Sums
from analytics.collector.relay import _care
from analytics.collector.relay._connect import Db, connect, said
from analytics.collector.relay._fold import Portable

_SECONDS = 5
_ROWS = "SELECT facet, {} FROM {} WHERE days = ? AND first = ANY(?) AND facet = ANY(?)"

T = TypeVar("T")


class PostgresSums(FileSums):
    """`Sums` of the tables in PostgreSQL."""

    def _rows(self, table: str, facets: Iterable[int], days: Days) -> Iterator[tuple[int, Any]]:
        wanted = list(facets)
        for length, blocks in groupby(days.blocks(), key=lambda block: block[0]):
            firsts = [first for _, first in blocks]
            yield from self._db.execute(_ROWS.format(COLUMNS[table], table), (length, firsts, wanted))


class _PostgresReading:
    """A reading of the tables in PostgreSQL."""

    def __init__(self, db: Portable, repositories: Mapping[str, str]) -> None:
        self._db = db
        self.sums: Sums = PostgresSums(db, repositories)

    def sent_by(self, digest: str) -> Sequence[tuple[int, bytes]]:
        """When one machine or user sent what: ms since 1970 and events, the latest first."""
        return [(time, body) for _, time, body in events(self._db, digest)][::-1]


class PostgresDoor:
    """Reads from the database at *dsn*, and looks after it; a connection for each time."""

    def __init__(self, dsn: str, repositories: Mapping[str, str]) -> None:
        self._dsn = dsn
        self._repositories = repositories

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """Read; gives up after five seconds."""
        try:
            with closing(connect(self._dsn)) as db:
                db.execute(f"SET statement_timeout = '{_SECONDS}s'")
                db.execute("SET default_transaction_read_only = on")
                yield _PostgresReading(Portable(db), self._repositories)
        except (psycopg.Error, CollectorError) as error:
            raise GivenUpError(said(error)) from None

    def erase(self, digest: str) -> int:
        """Remove all that one machine or user sent; how many events."""
        return self._with(lambda db: _care.erase(db, digest))

    def rebuild(self) -> None:
        """Compute the sums anew."""
        self._with(_care.rebuild)

    def _with(self, work: Callable[[Db], T]) -> T:
        try:
            with closing(connect(self._dsn)) as db:
                db.execute("SET statement_timeout = 0")
                return work(db)
        except psycopg.Error as error:
            raise CollectorError(said(error)) from None
