"""``collect erase``: remove what one sent."""

from __future__ import annotations

import argparse
from contextlib import closing

from analytics.collector.cli._listening import add_database

SUMMARY = "remove all that one user or machine sent, and every trace of the hash"
USAGE = ("HASH [--file PATH]", "HASH --db ADDRESS")
EXAMPLES = {"0123456789abcdef0123456789abcdef": "the hash that `tiltfile analytics` prints"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("hash", help="of the user or of the machine")
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Erase it; the page has a button for the same, for while the collector runs."""
    if arguments.db:
        from analytics.collector.relay._engine import engine_at

        print(f"{engine_at(arguments.db).erase(arguments.hash)} events erased")
        return 0
    from analytics.collector._lock import sole_writer
    from analytics.collector._maintenance import erase
    from analytics.collector._open import must_exist
    from analytics.collector._store import Store, connect

    must_exist(arguments.file)
    with sole_writer(arguments.file), closing(connect(arguments.file)) as db:
        print(f"{erase(Store(db), arguments.hash)} events erased")
    return 0
