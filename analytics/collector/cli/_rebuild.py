"""``collect rebuild``: compute the sums anew."""

from __future__ import annotations

import argparse
from contextlib import closing

from analytics.collector.cli._listening import add_database

SUMMARY = "compute all sums anew from the events"
USAGE = ("[--file PATH]", "--db ADDRESS")
EXAMPLES = {"": "gives what was there, or something was wrong"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Rebuild."""
    if arguments.db:
        from analytics.collector.relay._engine import engine_at

        engine_at(arguments.db).rebuild()
        return 0
    from analytics.collector._lock import sole_writer
    from analytics.collector._maintenance import rebuild
    from analytics.collector._open import must_exist
    from analytics.collector._store import Store, connect

    must_exist(arguments.file)
    with sole_writer(arguments.file), closing(connect(arguments.file)) as db:
        rebuild(Store(db))
    return 0
