"""``collect status``: what is in the file."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analytics.collector.forward._position import Position

SUMMARY = "say how much is in the file, and since when"
USAGE = ("[--file PATH]", "--spool DIR")
EXAMPLES = {"": "events, machines, refused events, bytes, and how far forwarders are"}
_SHOWN = 10  # refused events of a receiver


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--spool", metavar="DIR", help="say what waits in the spool of a relay")


def run(arguments: argparse.Namespace) -> int:
    """Print the numbers."""
    if arguments.spool:
        return _of_spool(arguments.spool)
    from analytics.collector._open import open_to_read
    from analytics.collector.cli._dates import date
    from analytics.collector.forward._position import all_of

    with closing(open_to_read(arguments.file)) as db:
        events, first, last = db.execute("SELECT count(*), min(time), max(time) FROM event").fetchone()
        (machines,) = db.execute("SELECT count(*) FROM machine").fetchone()
        (refused,) = db.execute("SELECT ifnull(sum(events), 0) FROM refused_count").fetchone()
        (last_number,) = db.execute("SELECT ifnull(max(id), 0) FROM event").fetchone()
        (size,) = db.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()
    print(f"{arguments.file}: {size:,} bytes")
    print(f"events   {events:,}" + (f", from {date(first)} to {date(last)}" if events else ""))
    print(f"machines {machines:,}")
    print(f"refused  {refused:,}")
    for position in all_of(arguments.file):
        print("\n".join(_forwarded(position, last_number)))
    return 0


def _forwarded(position: Position, last: int) -> Iterator[str]:
    """What one receiver has, and what it did not want."""
    yield f"forwarded to {position.to}"
    yield f"  up to event {position.number:,} of {last:,}: {position.sent:,} events"
    if position.too_old:
        yield f"  too old  {position.too_old:,}"
    if position.refused:
        yield f"  refused  {position.refused:,}, the latest:"
        yield from (f"    event {number}: {reason}" for number, reason in position.latest[-_SHOWN:])


def _of_spool(directory: str) -> int:
    from analytics.collector._errors import CollectorError
    from analytics.collector.relay._spool import Spool

    if not os.path.isdir(directory):
        raise CollectorError(f"{directory}: there is no spool")
    spool = Spool(directory, 0)
    print(f"{directory}: {spool.size:,} bytes in {len(spool.segments)} files wait, or were just shipped")
    return 0
