"""``collect status``: what is in the file."""

from __future__ import annotations

import argparse
from contextlib import closing

SUMMARY = "say how much is in the file, and since when"
USAGE = ("[--file PATH]",)
EXAMPLES = {"": "events, machines, refused events and bytes"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(arguments: argparse.Namespace) -> int:
    """Print the numbers."""
    from analytics.collector._store import connect
    from analytics.collector.cli._dates import date

    with closing(connect(arguments.file)) as db:
        events, first, last = db.execute("SELECT count(*), min(time), max(time) FROM event").fetchone()
        (machines,) = db.execute("SELECT count(*) FROM machine").fetchone()
        (refused,) = db.execute("SELECT ifnull(sum(events), 0) FROM refused_count").fetchone()
        (size,) = db.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()
    print(f"{arguments.file}: {size:,} bytes")
    print(f"events   {events:,}" + (f", from {date(first)} to {date(last)}" if events else ""))
    print(f"machines {machines:,}")
    print(f"refused  {refused:,}")
    return 0
