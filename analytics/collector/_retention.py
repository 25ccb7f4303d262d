"""How long events and sums are kept; what is older goes by itself, by whole weeks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from functools import partial
from time import time

import attrs

from analytics.collector._days import DAY_MS, iso, monday
from analytics.collector._errors import CollectorError
from analytics.collector._maintenance import forget_events, forget_sums
from analytics.collector._store import Store, kept_from
from analytics.collector._tables import Cell
from analytics.collector._writer import DiskError, Writer

_UNITS = {"d": 1, "w": 7, "y": 365}
_SPAN = re.compile(r"([1-9][0-9]{0,4})([dwy])", re.ASCII)
_HOUR = 3600.0


def days_of(text: str) -> int:
    """The days of a span such as 400d, 52w or 5y.

    Raises:
        CollectorError: it is none.
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        raise CollectorError(f"{text!r} is no span: write 400d, 52w or 5y")
    return int(match[1]) * _UNITS[match[2]]


@attrs.frozen
class Retention:
    """How many days events and sums are kept; None is for good.

    Raises:
        CollectorError: sums would go before their events.
    """

    events: int | None = None
    sums: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.sums is not None and (self.events is None or self.events > self.sums):
            raise CollectorError(
                "--keep-rollups must not be shorter than --keep-events: sums are those of the events"
            )

    def rows(self) -> list[tuple[str, Cell]]:
        """What to say of it on the page."""
        return [(f"days that {name} are kept", days or "all") for name, days in attrs.asdict(self).items()]

    def apply(self, store: Store, today: int) -> int:
        """Remove what is too old on *today*, a day since 1970; returns how many events.

        Raises:
            sqlite3.Error: the disk failed.
        """
        gone = 0
        if self.events is not None and monday(today - self.events) > kept_from(store.db):
            gone = forget_events(store, today - self.events)
        if self.sums is not None:
            forget_sums(store, today - self.sums)
        return gone


async def keep_to(retention: Retention, writer: Writer[Store], say: Callable[[str], object]) -> None:
    """Look each hour for what is too old, as long as this runs; *say* is told what went."""
    while retention != Retention():
        today = int(time() * 1000) // DAY_MS
        try:
            gone = await writer.run(partial(retention.apply, today=today))
        except DiskError:
            gone = 0  # the next hour is soon enough; metrics count the failure
        if gone:
            say(f"{gone} events went: they happened before {iso(monday(today - (retention.events or 0)))}")
        await asyncio.sleep(_HOUR)
