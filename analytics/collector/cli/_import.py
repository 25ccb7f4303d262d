"""``collect import``: add events from files."""

from __future__ import annotations

import argparse
from contextlib import closing
from time import time

SUMMARY = "add events, one a line: as `export` prints them, which are added once, or bare ones"
USAGE = ("[FILE …] [--file PATH]",)
EXAMPLES = {"events.jsonl": "add what another collector exported"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="default: standard input")


def run(arguments: argparse.Namespace) -> int:
    """Add them; 1 if some were refused."""
    from analytics.collector._import import posts
    from analytics.collector._lock import sole_writer
    from analytics.collector._store import Store, connect

    stored = doubles = refused = 0
    with sole_writer(arguments.file), closing(connect(arguments.file)) as db:
        store = Store(db)
        for post in posts(arguments.files, int(time() * 1000)):
            (receipt,) = store.write([post])
            stored += receipt.stored
            doubles += receipt.doubles
            refused += len(receipt.refused)
        store.settle()
    print(f"{stored} stored, {doubles} were here before, {refused} refused")
    return int(refused > 0)
