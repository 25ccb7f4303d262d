"""What the site reads from: sums, and the events of one machine or user."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from time import monotonic
from typing import Protocol

from analytics.collector._export import events
from analytics.collector._file_sums import FileSums
from analytics.collector._open import read_only
from analytics.collector._sums import Sums

_SECONDS = 5.0
_STEPS = 10_000  # of SQLite's machine, between looks at the clock


class GivenUpError(Exception):
    """A question that took too long, or that could not be asked."""


class Reading(Protocol):
    """One look at what is kept; for one thread."""

    @property
    def sums(self) -> Sums:
        """The sums."""

    def sent_by(self, digest: str) -> Sequence[tuple[int, bytes]]:
        """When one machine or user sent what: ms since 1970 and events, the latest first."""


#: begins a reading, and ends it
Read = Callable[[], AbstractContextManager[Reading]]


class FileReading:
    """A reading of a collector's file."""

    def __init__(self, db: sqlite3.Connection, repositories: Mapping[str, str]) -> None:
        self._db = db
        self.sums: Sums = FileSums(db, repositories)

    def sent_by(self, digest: str) -> Sequence[tuple[int, bytes]]:
        """When one machine or user sent what: ms since 1970 and events, the latest first."""
        return [(time, body) for _, time, body in events(self._db, digest)][::-1]


def reader_of(path: str, repositories: Mapping[str, str]) -> Read:
    """Reads the file at *path*; gives up after five seconds.

    Args:
        path: the file.
        repositories: names to show, by the digests that stand for them.
    """

    @contextmanager
    def read() -> Iterator[Reading]:
        db = read_only(path)
        try:
            db.execute("PRAGMA query_only = ON")
            deadline = monotonic() + _SECONDS
            db.set_progress_handler(lambda: monotonic() > deadline, _STEPS)
            yield FileReading(db, repositories)
        except sqlite3.OperationalError as error:
            raise GivenUpError(str(error)) from None
        finally:
            db.close()

    return read
