"""``collect keys``: which keys there are."""

from __future__ import annotations

import argparse
from contextlib import closing

SUMMARY = "list the keys: what they may do, since when, and what for; not the keys themselves"
USAGE = ("[--file PATH]",)
EXAMPLES = {"": "one a line"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each."""
    from analytics.collector._open import open_to_read
    from analytics.collector.cli._dates import date

    with closing(open_to_read(arguments.file)) as db:
        for role, label, created in db.execute("SELECT role, label, created FROM token ORDER BY created"):
            print(f"{role:<6} {date(created)}  {label}")
    return 0
