"""``collect serve``: take events until told to stop."""

from __future__ import annotations

import argparse
import sys

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
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    parser.add_argument("--port", type=int, default=8080, help="default: 8080; 0 takes any that is free")
    parser.add_argument("--path", default="/report", help="where events are posted to; default: /report")
    parser.add_argument("--tls-cert", metavar="FILE", help="serve HTTPS with this certificate")
    parser.add_argument("--tls-key", metavar="FILE", help="the certificate's key")
    parser.add_argument(
        "--open", action="store_true", help="let anybody post who can reach it, without a key"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    from analytics.collector._lock import sole_writer
    from analytics.collector._serve import Settings, serve

    def say(address: str) -> None:
        sys.stderr.write(
            f"collecting into {arguments.file}; the page is {address}/\n"
            f"TILT_ANALYTICS_URL={address}{arguments.path} sends events here\n"
        )
        sys.stderr.flush()

    settings = Settings(
        path=arguments.file,
        host=arguments.host,
        port=arguments.port,
        report=arguments.path,
        certificate=arguments.tls_cert,
        key=arguments.tls_key,
        is_open=arguments.open,
        known=tuple(arguments.known),
    )
    with sole_writer(arguments.file):
        serve(settings, say)
    return 0
