"""``collect export``: print every event."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

SUMMARY = "print every event as it was sent, one a line, with its time and an id"
USAGE = ("[--file PATH]",)
EXAMPLES = {"> events.jsonl": "for another program, or for `import` elsewhere"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(arguments: argparse.Namespace) -> int:
    """Print them."""
    from analytics.collector._export import lines
    from analytics.collector._store import connect

    with closing(connect(arguments.file)) as db:
        for line in lines(db):
            sys.stdout.buffer.write(line)
    return 0
