"""``collect backup``: copy the file."""

from __future__ import annotations

import argparse
import os
from contextlib import closing

from analytics.collector._errors import CollectorError

SUMMARY = "copy the file, also while it is in use"
USAGE = ("TO [--file PATH]",)
EXAMPLES = {"backup.db": "a file that `serve --file backup.db` goes on with"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("to", metavar="TO", help="the file to write")


def run(arguments: argparse.Namespace) -> int:
    """Copy it."""
    from analytics.collector._maintenance import backup
    from analytics.collector._open import must_exist, open_to_read

    must_exist(arguments.file)
    if os.path.exists(arguments.to) and os.path.samefile(arguments.file, arguments.to):
        raise CollectorError(f"{arguments.to} is the file itself: a backup is another one")
    with closing(open_to_read(arguments.file)) as db:
        backup(db, arguments.to)
    return 0
