"""``collect relay``: take events, and pass them on to a database of the team."""

from __future__ import annotations

import argparse
import sys

from analytics.collector.cli._listening import add_listening, settings_of

SUMMARY = "take events until told to stop, and pass them on to PostgreSQL or ClickHouse"
USAGE = ("--to ADDRESS [--spool DIR] [--host HOST] [--port PORT] [OPTIONS]",)
EXAMPLES = {
    "--to postgresql://collector@db/tilt": "as many of them as you like may pass on to one database",
    "--to clickhouse://collector@ch:8123/tilt": "the same, for more than a billion events",
}
_MEGABYTE = 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--to", required=True, metavar="ADDRESS", help="postgresql://… or clickhouse://…")
    parser.add_argument(
        "--spool", default="spool", metavar="DIR", help="what waits to be shipped; default: spool"
    )
    parser.add_argument(
        "--spool-mb", type=int, default=1024, metavar="N", help="what may wait, in MB; default: 1024"
    )
    parser.add_argument(
        "--keep-days", type=int, metavar="N", help="drop months of events that are older; the sums stay"
    )
    add_listening(parser)


def run(arguments: argparse.Namespace) -> int:
    """Relay until SIGINT or SIGTERM."""
    from analytics.collector._lock import sole_writer
    from analytics.collector.relay._engine import engine_at
    from analytics.collector.relay._relay import relay

    def say(address: str) -> None:
        sys.stderr.write(
            f"collecting into {arguments.spool}, passing on; the page is {address}/\n"
            f"TILT_ANALYTICS_URL={address}{arguments.path} sends events here\n"
        )
        sys.stderr.flush()

    settings = settings_of(arguments)
    engine = engine_at(arguments.to, arguments.keep_days, settings.repositories)
    with sole_writer(arguments.spool):
        relay(settings, arguments.spool, arguments.spool_mb * _MEGABYTE, engine, say)
    return 0
