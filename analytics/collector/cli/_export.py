"""``collect export``: write every event."""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, TYPE_CHECKING

from analytics.collector._errors import CollectorError
from analytics.collector.cli._dates import WHEN, moment

if TYPE_CHECKING:
    from analytics.collector._export import Part

SUMMARY = "write every event as it was sent, with its time and an id: one a line, or as a Parquet file"
USAGE = ("[--format FORMAT] [--since WHEN] [--until WHEN] [--output PATH] [--file PATH]",)
EXAMPLES = {
    "> events.jsonl": "for another program, or for `import` elsewhere",
    "--format parquet --since 7d --output events.parquet": "a week, for BigQuery or DuckDB",
}
_NDJSON, _PARQUET = "ndjson", "parquet"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--format",
        choices=(_NDJSON, _PARQUET),
        default=_NDJSON,
        help="ndjson, which is the default, or parquet",
    )
    parser.add_argument("--since", type=moment, metavar="WHEN", help=f"what happened then or later: {WHEN}")
    parser.add_argument("--until", type=moment, metavar="WHEN", help="what happened before")
    parser.add_argument(
        "--output", metavar="PATH", help="write there, whole or not at all; default: standard output"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write them."""
    from analytics.collector._export import Part
    from analytics.collector._open import open_to_read

    if arguments.format == _PARQUET and not arguments.output and sys.stdout.isatty():
        raise CollectorError("a Parquet file is nothing for a terminal: say where to with --output PATH")
    write = {_NDJSON: _write_lines, _PARQUET: _write_parquet}[arguments.format]
    part = Part(since=arguments.since, until=arguments.until)
    with closing(open_to_read(arguments.file)) as db, _opened(arguments.output) as to:
        write(db, to, part)
    return 0


def _write_lines(db: sqlite3.Connection, to: IO[bytes], part: Part) -> None:
    from analytics.collector._export import lines

    to.writelines(lines(db, part))


def _write_parquet(db: sqlite3.Connection, to: IO[bytes], part: Part) -> None:
    try:
        from analytics.collector._parquet import write
    except ModuleNotFoundError as error:
        raise CollectorError(
            f"--format parquet needs {error.name}: python -m pip install 'tiltfile-ext[parquet]'"
        ) from None
    write(db, to, part)


@contextmanager
def _opened(path: str | None) -> Iterator[IO[bytes]]:
    """Where to write to; a file that is whole before it has its name."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    temporary = f"{path}.part"
    try:
        with open(temporary, "wb") as file:
            yield file
        os.replace(temporary, path)
    except OSError as error:
        raise CollectorError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from None
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
