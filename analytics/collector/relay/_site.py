"""What a relay answers besides POSTs of events: the page, from the database; its own health and metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from analytics.collector._errors import CollectorError
from analytics.collector._forms import as_metrics
from analytics.collector._http import Answer
from analytics.collector._site import Site
from analytics.collector._tokens import Tokens
from analytics.collector._writer import DiskError, Writer
from analytics.collector.relay._engine import Engine
from analytics.collector.relay._intake import Intake
from analytics.collector.relay._shipper import Shipper
from analytics.collector.relay._spool import Spool


class RelaySite(Site):
    """Answers whatever is no POST of events.

    Args:
        engine: where the events are.
        spool, shipper, writer: where they come through.
        tokens: says who may look, and who may erase.
        known: names of built-ins that there are.
    """

    def __init__(
        self,
        engine: Engine,
        spool: Spool,
        shipper: Shipper,
        writer: Writer[Intake],
        tokens: Tokens,
        known: Iterable[str] = (),
    ) -> None:
        super().__init__(engine.read, writer, tokens, known)
        self._engine = engine
        self._spool = spool
        self._shipper = shipper

    async def _remove(self, digest: str) -> int:
        try:
            return await asyncio.to_thread(self._engine.erase, digest)
        except CollectorError:
            raise DiskError from None

    def _health(self) -> Answer:
        """It is well while it can take events; a database that is away is told, and waited for."""
        said = {
            "bytes waiting for the database": self._shipper.waiting_bytes,
            "seconds without the database": round(self._shipper.failing_seconds, 3),
            "problem": self._shipper.problem,
        }
        return self._healthy(well=not self._spool.is_full, **said)

    def _metrics(self) -> Answer:
        writer, shipper = self._writer, self._shipper
        return as_metrics(
            ("events_spooled_total", "counter", writer.stored),
            ("events_refused_total", "counter", writer.refused),
            ("events_shipped_total", "counter", shipper.shipped),
            ("events_doubled_total", "counter", shipper.doubles),
            ("disk_failures_total", "counter", writer.failures),
            ("database_failures_total", "counter", shipper.failures),
            ("database_failing_seconds", "gauge", round(shipper.failing_seconds, 3)),
            ("spool_waiting_bytes", "gauge", shipper.waiting_bytes),
            ("spool_limit_bytes", "gauge", self._spool.limit),
            ("spool_damaged_bytes_total", "counter", self._spool.damaged),
            ("lag_seconds", "gauge", round(writer.lag, 6)),
        )
