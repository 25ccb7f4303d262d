"""``collect serve``: take events until told to stop."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from analytics.collector.cli._listening import add_listening, settings_of

if TYPE_CHECKING:
    from analytics.collector._serve import Settings

SUMMARY = "take events until told to stop, and show what they say"
USAGE = (
    "[--file PATH] [--host HOST] [--port PORT] [--path PATH] [OPTIONS]",
    "--host HOST --tls-cert FILE --tls-key FILE [OPTIONS]",
)
EXAMPLES = {
    "": "on this machine: events at http://127.0.0.1:8080/report, the page at http://127.0.0.1:8080/",
    "--host 0.0.0.0 --tls-cert C --tls-key K": "for other machines, which need a key: see add-key",
    "--keep-events 400d --keep-rollups 5y": "let go of what is older; the page goes on showing the sums",
    "--repositories repositories.txt": "show repositories by their addresses",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_listening(parser)
    parser.add_argument(
        "--keep-events",
        metavar="SPAN",
        help="how long events are kept: 400d, 52w, 2y; default: for good",
    )
    parser.add_argument(
        "--keep-rollups", metavar="SPAN", help="how long the sums of events are kept; default: for good"
    )
    parser.add_argument(
        "--repositories",
        metavar="FILE",
        help="addresses of repositories, one a line, to show them by",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    from analytics.collector._lock import sole_writer
    from analytics.collector._serve import serve

    def say(address: str) -> None:
        _log(
            f"collecting into {arguments.file}; the page is {address}/\n"
            f"TILT_ANALYTICS_URL={address}{arguments.path} sends events here"
        )

    settings = _settings_of(arguments)
    with sole_writer(arguments.file):
        serve(settings, say, _log)
    return 0


def _log(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _settings_of(arguments: argparse.Namespace) -> Settings:
    import attrs

    from analytics.collector._repositories import names_of
    from analytics.collector._retention import Retention, days_of

    keep = (span and days_of(span) for span in (arguments.keep_events, arguments.keep_rollups))
    key = os.environ.get("TILT_ANALYTICS_HASH_KEY", "")
    return attrs.evolve(
        settings_of(arguments),
        retention=Retention(*keep),
        repositories=names_of(arguments.repositories, key) if arguments.repositories else {},
    )
