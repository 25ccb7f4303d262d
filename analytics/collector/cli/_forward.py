"""``collect forward``: hand events on."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from analytics.collector._errors import CollectorError
from analytics.collector.cli._dates import WHEN, moment

if TYPE_CHECKING:
    from analytics.collector.forward._address import Address

SUMMARY = "hand events on to DogStatsD, Datadog's logs or OpenTelemetry, in the order in which they came"
USAGE = ("TO [--follow] [--since WHEN] [--tag KEY] [--omit KEY] [--file PATH]",)
EXAMPLES = {
    "statsd://127.0.0.1:8125 --follow": "counters and timers, of what comes from now on",
    "datadog+https://api.datadoghq.eu --follow": "logs; the key is in DD_API_KEY",
    "otlp+https://otel.example/v1/logs": "log records of all that is there, then stop",
}
ENVIRONMENT = {
    "DD_API_KEY": "the key for Datadog",
    "OTEL_EXPORTER_OTLP_HEADERS": "headers for OpenTelemetry: key=value,key=value",
}
FILES = {"collector.db.forward-*": "up to which event a receiver has them; removed, it begins anew"}


_TO = (
    "statsd://HOST[:PORT], statsd+unix:///PATH, datadog+https://HOST, otlp+https://HOST[:PORT][/PATH] "
    "or otlp+http://…"
)
_SINCE = (
    f"begin with the events of then, the first time: {WHEN}; default: with all, for Datadog with those of "
    "18 hours, which is what it takes, and for statsd with what comes from now on"
)
_TAG = (
    "statsd: a key of events that is a tag, too; for user, machine and git.origin, each value is a time "
    "series of its own"
)
_OMIT = "Datadog and OpenTelemetry: a key that is not sent"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("to", type=_address, metavar="TO", help=_TO)
    parser.add_argument("--follow", action="store_true", help="go on with what comes, until told to stop")
    parser.add_argument("--since", type=moment, metavar="WHEN", help=_SINCE)
    parser.add_argument("--tag", action="append", default=[], metavar="KEY", help=_TAG)
    parser.add_argument("--omit", action="append", default=[], metavar="KEY", help=_OMIT)


def _address(text: str) -> Address:
    from analytics.collector.forward._address import parse

    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run(arguments: argparse.Namespace) -> int:
    """Forward them; 1 if some were refused."""
    from analytics.collector.forward._address import STATSD
    from analytics.collector.forward._run import Settings, forward

    unfit, name = (arguments.omit, "--omit") if arguments.to.protocol == STATSD else (arguments.tag, "--tag")
    if unfit:
        raise CollectorError(f"{name} says nothing about what is sent to {arguments.to.text}: see --help")
    settings = Settings(
        file=arguments.file,
        to=arguments.to,
        follow=arguments.follow,
        since=arguments.since,
        tags=tuple(arguments.tag),
        omit=tuple(arguments.omit),
        environ=os.environ,
    )
    return int(not forward(settings, _say))


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
