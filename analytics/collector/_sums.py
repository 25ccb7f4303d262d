"""What the questions need to know, however it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from analytics.collector._days import Days

#: loads by bucket of their durations (`_rollups.bucket`)
Durations = Mapping[int, int]


class Sums(Protocol):
    """Sums over days, all of them exact.

    A kind is one of `_dictionary`'s; a value is the text that events have for it. With a *prefix*, only
    values that begin with it are given. A machine counts once, on however many days it was seen.
    """

    def machines(self, kind: str, days: Days, prefix: str = "") -> Mapping[str, int]:
        """How many machines had each value of *kind*."""

    def all_machines(self, days: Days) -> int:
        """How many machines sent anything."""

    def counts(self, kind: str, days: Days, prefix: str = "") -> Mapping[str, int]:
        """How many events had each value of *kind*; of built-ins and arguments, how many calls."""

    def all_events(self, days: Days) -> int:
        """How many events there were."""

    def durations(self, kind: str, days: Days) -> Mapping[str, Durations]:
        """How long loads took, for each value of *kind*."""

    def all_durations(self, days: Days) -> Durations:
        """How long all loads took."""

    def refused(self, days: Days) -> Mapping[str, int]:
        """How many events were not kept, by the reason."""

    def first_day(self) -> int | None:
        """The first day that there are sums of, in days since 1970; None without any."""

    def last_event(self) -> int | None:
        """When the event that came last happened, in ms since 1970; None without any."""
