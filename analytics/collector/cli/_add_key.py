"""``collect add-key``: make a key."""

from __future__ import annotations

import argparse
from contextlib import closing

from analytics.collector._roles import ROLES, WRITE

SUMMARY = "make a key that may post, or one that may look; it is printed once and never again"
USAGE = ("NAME [--role ROLE] [--file PATH]",)
EXAMPLES = {
    "laptops": "may post: TILT_ANALYTICS_URL=https://KEY@host/report",
    "dashboard --role read": "may look at the page, as the user that the browser asks for",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="what it is for: a team, a machine")
    parser.add_argument(
        "--role", choices=ROLES, default=WRITE, help="may post, may look, may erase; default: write"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the key."""
    from analytics.collector._store import connect
    from analytics.collector._tokens import create

    with closing(connect(arguments.file)) as db:
        print(create(db, arguments.role, arguments.name))
    return 0
