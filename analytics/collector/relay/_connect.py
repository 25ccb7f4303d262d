"""Connections to PostgreSQL, and the tables there."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from analytics.collector._errors import CollectorError

SCHEMA = "tilt_collector"
LAYOUT = "1"

#: of `pg_advisory_xact_lock`: the one who makes tables
_MAKING = 7_483_291_002

#: so that a database that is gone is noticed; what the address says goes before
_DEFAULTS = {
    "application_name": "tiltfile collect",
    "connect_timeout": "5",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}

Db = psycopg.Connection[Any]


def check_address(dsn: str) -> None:
    """See whether *dsn* is an address of a PostgreSQL.

    Raises:
        CollectorError: it is none.
    """
    try:
        conninfo_to_dict(dsn)
    except psycopg.ProgrammingError as error:
        raise CollectorError(f"this is no address of a PostgreSQL: {said(error)}") from None


def connect(dsn: str) -> Db:
    """A connection to the tables at *dsn*, which are made if need be. Each statement is a transaction.

    Raises:
        psycopg.Error: it cannot be reached, or does not do.
        CollectorError: what is there is another program's, or another version's.
    """
    db = psycopg.connect(make_conninfo(dsn, **{**_DEFAULTS, **_said(dsn)}), autocommit=True)
    try:
        db.execute(f"SET search_path = {SCHEMA}")
        db.execute("SET synchronous_commit = on")  # a role may have it off
        db.execute("SET statement_timeout = '300s'")
        _prepare(db)
    except BaseException:
        db.close()
        raise
    return db


def _said(dsn: str) -> dict[str, Any]:
    return {key: value for key, value in conninfo_to_dict(dsn).items() if key in _DEFAULTS}


def _prepare(db: Db) -> None:
    if db.info.parameter_status("server_encoding") != "UTF8":
        raise CollectorError(
            "the database must be one in UTF8: createdb --encoding UTF8 --template template0"
        )
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
        if _one(db, "SELECT to_regclass('meta') IS NULL"):
            db.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            db.execute(files("analytics.collector.relay").joinpath("_postgres.sql").read_bytes())
    if setting(db, "layout") != LAYOUT:
        raise CollectorError(f"another version of the collector made the tables of the schema {SCHEMA}")


def setting(db: Db, key: str, lock: str = "") -> str:
    """What ``meta`` says of *key*; *lock* is ``FOR SHARE`` or ``FOR UPDATE``."""
    return str(_one(db, f"SELECT value FROM meta WHERE key = %s {lock}", (key,)))


def advance(db: Db, key: str) -> None:
    """Add one to what ``meta`` says of *key*."""
    db.execute("UPDATE meta SET value = (value::bigint + 1)::text WHERE key = %s", (key,))


def _one(db: Db, query: str, parameters: tuple[object, ...] = ()) -> object:
    row = db.execute(query, parameters).fetchone()
    return row[0] if row else None


def said(error: Exception) -> str:
    """What *error* says, in one line."""
    return " ".join(str(error).split())
