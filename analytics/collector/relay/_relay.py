"""Runs a collector that keeps nothing but what it has not shipped yet, until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable

from analytics.collector._app import Collector
from analytics.collector._serve import Settings, limits_of, listen_and_answer, tokens_of
from analytics.collector._writer import Writer
from analytics.collector.relay._engine import Engine
from analytics.collector.relay._intake import Intake
from analytics.collector.relay._shipper import Shipper
from analytics.collector.relay._site import RelaySite
from analytics.collector.relay._spool import Spool


def relay(
    settings: Settings, directory: str, limit: int, engine: Engine, say: Callable[[str], object] = print
) -> None:
    """Take events into the spool and ship them until SIGINT or SIGTERM; a last try is made to ship all.

    Args:
        settings: where to listen; the file is that of the keys.
        directory: the spool's.
        limit: how many bytes may wait there.
        engine: where they go.
        say: is told the address once events can be posted to it.

    Raises:
        CollectorError: the spool or the address cannot be used, or strangers could post.
    """
    tokens = tokens_of(settings)
    spool = Spool(directory, limit)
    shipper = Shipper(spool, engine.sink)
    writer = Writer(Intake(spool))
    site = RelaySite(engine, spool, shipper, writer, tokens, settings.known)
    app = Collector(writer, tokens, site, settings.report, limits_of(settings))
    shipper.start()
    try:
        listen_and_answer(settings, app, tokens, say)
    finally:
        shipper.stop()
