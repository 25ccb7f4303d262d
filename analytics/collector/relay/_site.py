"""What can be asked of a relay by GET: health and metrics. The page is where the events are."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from analytics.collector._http import Answer, json_answer, problem
from analytics.collector._writer import Writer
from analytics.collector.relay._intake import Intake
from analytics.collector.relay._shipper import Shipper
from analytics.collector.relay._spool import Spool

_LATE_SECONDS = 5.0


class RelaySite:
    """Answers whatever is no POST of events."""

    def __init__(self, spool: Spool, shipper: Shipper, writer: Writer[Intake]) -> None:
        self._spool = spool
        self._shipper = shipper
        self._writer = writer

    async def __call__(self, scope: Mapping[str, Any], body: bytes) -> Answer:
        """The answer to one request."""
        del body
        if scope["method"] not in ("GET", "HEAD"):
            return problem(
                HTTPStatus.METHOD_NOT_ALLOWED, "events are posted to /report", (b"allow", b"GET, HEAD")
            )
        if scope["path"] == "/healthz":
            return self._health()
        if scope["path"] == "/metrics":
            return self._metrics()
        return problem(HTTPStatus.NOT_FOUND, "this collector passes events on; it has /healthz and /metrics")

    def _health(self) -> Answer:
        """It is well while it can take events; a database that is away is told, and waited for."""
        ok = self._writer.lag < _LATE_SECONDS and self._spool.size < self._spool.limit
        said = {
            "ok": ok,
            "seconds waiting for the disk": round(self._writer.lag, 3),
            "bytes waiting for the database": self._shipper.waiting_bytes,
            "seconds without the database": round(self._shipper.failing_seconds, 3),
            "problem": self._shipper.problem,
        }
        return json_answer(HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE, said)

    def _metrics(self) -> Answer:
        writer, shipper = self._writer, self._shipper
        lines = [
            f"# TYPE collector_{name} {kind}\ncollector_{name} {value}\n"
            for name, kind, value in (
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
        ]
        return Answer(
            HTTPStatus.OK, "".join(lines).encode(), ((b"content-type", b"text/plain; version=0.0.4"),)
        )
