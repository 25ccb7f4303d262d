"""``collect serve``: take events until told to stop."""

from __future__ import annotations

import argparse
import sys

from analytics.collector.cli._listening import add_listening, settings_of

SUMMARY = "take events until told to stop, and show what they say"
USAGE = (
    "[--file PATH] [--host HOST] [--port PORT] [--path PATH] [OPTIONS]",
    "--host HOST --tls-cert FILE --tls-key FILE [OPTIONS]",
)
EXAMPLES = {
    "": "on this machine: events at http://127.0.0.1:8080/report, the page at http://127.0.0.1:8080/",
    "--host 0.0.0.0 --tls-cert C --tls-key K": "for other machines, which need a key: see add-key",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_listening(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    from analytics.collector._lock import sole_writer
    from analytics.collector._serve import serve

    def say(address: str) -> None:
        sys.stderr.write(
            f"collecting into {arguments.file}; the page is {address}/\n"
            f"TILT_ANALYTICS_URL={address}{arguments.path} sends events here\n"
        )
        sys.stderr.flush()

    with sole_writer(arguments.file):
        serve(settings_of(arguments), say)
    return 0
