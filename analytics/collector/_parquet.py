"""Events as a Parquet file, in columns that BigQuery, DuckDB and others take as they are. Needs pyarrow."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import IO, Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
from pyarrow import parquet

from analytics.collector._export import ALL, Part, Record, calls, identity, records

#: columns of their own, and the keys that they hold
_TEXTS = {
    "name": "name",
    "os": "os",
    "version": "version",
    "repository": "git.origin",
    "command": "subcommand",
    "user": "user",
    "machine": "machine",
}
_DURATION = "duration"
_ARGUMENT = ".arg."

_CALL = pa.struct([("builtin", pa.string()), ("argument", pa.string()), ("calls", pa.int64())])
_TAG = pa.struct([("key", pa.string()), ("value", pa.string())])
#: lists of records, BigQuery's repeated records: built-ins and a team's own keys are too many for columns
SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("time", pa.timestamp("ms", tz="UTC"), nullable=False),
        *((name, pa.string()) for name in _TEXTS),
        ("duration_ns", pa.int64()),
        ("calls", pa.list_(_CALL)),
        ("tags", pa.list_(_TAG)),
    ]
)
_PROFILES = 4096
_GROUP = 20_000  # rows that are in memory at once


def write(db: sqlite3.Connection, to: IO[bytes], part: Part = ALL) -> None:
    """Write the events of *part*.

    Args:
        db: the collector's file.
        to: where; it need not be able to seek.
        part: which events.

    Raises:
        OSError: they cannot be written there.
    """
    whose = identity(db)
    found = records(db, part)
    with parquet.ParquetWriter(_Sink(to), SCHEMA, compression="zstd") as writer:
        while rows := [_row(record, whose) for record in islice(found, _GROUP)]:
            writer.write_table(pa.Table.from_pylist(rows, SCHEMA))


class _Sink:
    """A stream that counts, since a pipe cannot tell where it is."""

    closed = False

    def __init__(self, to: IO[bytes]) -> None:
        self._to = to
        self._written = 0

    def write(self, data: bytes) -> int:
        """Write all of it."""
        self._to.write(data)
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        """How much was written."""
        return self._written

    def flush(self) -> None:
        """Have it written."""
        self._to.flush()

    def close(self) -> None:
        """Whoever opened it closes it."""


def _row(record: Record, whose: str) -> dict[str, Any]:
    tags = dict(record.tags)
    row: dict[str, Any] = {name: tags.pop(key, None) for name, key in _TEXTS.items()}
    row["duration_ns"] = tags.pop(_DURATION, None)
    row["id"] = f"{whose}-{record.number}"
    row["time"] = record.time
    row["calls"] = _calls(record.profile) if record.profile else []
    row["tags"] = [{"key": key, "value": str(value)} for key, value in tags.items()]
    return row


@lru_cache(_PROFILES)
def _calls(profile: bytes) -> Sequence[Mapping[str, Any]]:
    """The counts, taken apart; the same ones come again and again."""
    found = []
    for name, count in calls(profile).items():
        builtin, is_argument, argument = name.partition(_ARGUMENT)
        found.append({"builtin": builtin, "argument": argument if is_argument else None, "calls": count})
    return found
