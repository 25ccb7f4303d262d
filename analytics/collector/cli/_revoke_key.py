"""``collect revoke-key``: take back keys."""

from __future__ import annotations

import argparse
from contextlib import closing

from analytics.collector._errors import CollectorError

SUMMARY = "take back the keys of a name; they stop working within two seconds"
USAGE = ("NAME [--file PATH]",)
EXAMPLES = {"laptops": "the one made by `add-key laptops`"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="as it was given to add-key")


def run(arguments: argparse.Namespace) -> int:
    """Take them back."""
    from analytics.collector._open import must_exist
    from analytics.collector._store import connect
    from analytics.collector._tokens import revoke

    must_exist(arguments.file)
    with closing(connect(arguments.file)) as db:
        if not revoke(db, arguments.name):
            raise CollectorError(f"there is no key called {arguments.name!r}: `keys` lists them")
    return 0
