"""Arguments that verbs share: where to listen, and which database."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from analytics.collector._errors import CollectorError

if TYPE_CHECKING:
    from analytics.collector._serve import Settings

_HIGHEST_PORT, _DIGITS = 65_535, 5


def add_listening(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    parser.add_argument("--port", type=_port, default=8080, help="default: 8080; 0 takes any that is free")
    parser.add_argument("--path", default="/report", help="where events are posted to; default: /report")
    parser.add_argument("--tls-cert", metavar="FILE", help="serve HTTPS with this certificate")
    parser.add_argument("--tls-key", metavar="FILE", help="the certificate's key")
    parser.add_argument(
        "--open", action="store_true", help="let anybody post who can reach it, without a key"
    )
    for sender in ("key", "address"):
        parser.add_argument(
            f"--rate-per-{sender}",
            type=_rate,
            default=0.0,
            metavar="EVENTS",
            help=f"how many events a second one {sender} may post; more get 429; default: any",
        )


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of events a second: it must be above 0")
    return rate


def add_database(parser: argparse.ArgumentParser) -> None:
    """Declare the database that relays ship to."""
    parser.add_argument(
        "--db", metavar="ADDRESS", help="of a database that relays pass on to, in place of the file"
    )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) <= _HIGHEST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to {_HIGHEST_PORT}")


def settings_of(arguments: argparse.Namespace) -> Settings:
    """What they say."""
    from analytics.collector._serve import Settings

    if arguments.tls_key and not arguments.tls_cert:
        raise CollectorError("--tls-key is the key of a certificate: say which with --tls-cert FILE")
    return Settings(
        path=arguments.file,
        host=arguments.host,
        port=arguments.port,
        report=arguments.path,
        certificate=arguments.tls_cert,
        key=arguments.tls_key,
        is_open=arguments.open,
        known=tuple(arguments.known),
        key_rate=arguments.rate_per_key,
        address_rate=arguments.rate_per_address,
    )
