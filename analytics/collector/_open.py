"""A collector's file, to be read only: neither made nor changed, and its writer never waits."""

from __future__ import annotations

import os
import sqlite3
from typing import Any
from urllib.parse import quote

from analytics.collector._errors import CollectorError
from analytics.collector._store import LAYOUT

_WAIT_SECONDS = 10


def open_to_read(path: str) -> sqlite3.Connection:
    """A connection that reads the file at *path*.

    Raises:
        CollectorError: there is none, it cannot be read, or it is no collector's.
    """
    must_exist(path)
    try:
        db = read_only(path, isolation_level=None, timeout=_WAIT_SECONDS)
    except sqlite3.Error as error:
        raise _unusable(path, error) from None
    try:
        _check(db)
    except sqlite3.Error as error:
        db.close()
        raise _unusable(path, error) from None
    return db


def read_only(path: str, **options: Any) -> sqlite3.Connection:
    """A connection that can change nothing, whatever the file is; *options* are those of `sqlite3.connect`.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    db: sqlite3.Connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, **options)
    return db


def must_exist(path: str) -> None:
    """Keep from making a file by a slip of the keyboard.

    Raises:
        CollectorError: there is none.
    """
    if not os.path.exists(path):
        raise CollectorError(f"{path}: there is no such file; `collect serve --file {path}` makes it")


def _check(db: sqlite3.Connection) -> None:
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if "meta" not in tables:
        raise sqlite3.DatabaseError("it belongs to another program")
    if db.execute("SELECT value FROM meta WHERE key = 'layout'").fetchone() != (LAYOUT,):
        raise sqlite3.DatabaseError("another version of the collector wrote it")


def _unusable(path: str, error: sqlite3.Error) -> CollectorError:
    return CollectorError(f"{path} cannot be used as a collector's file: {error}")
