"""Days and weeks, as numbers of days since 1970-01-01 (UTC). Sums are kept by day and by week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import attrs

DAY_MS = 86_400_000

#: days of a block that has sums of its own
DAY, WEEK = 1, 7
_MONDAY = 3  # 1970-01-01 was a Thursday

#: how many days it has, and its first one
Block = tuple[int, int]


def monday(day: int) -> int:
    """The first day of the week that *day* is in."""
    return day - (day + _MONDAY) % WEEK


def blocks_of(day: int) -> tuple[Block, Block]:
    """What an event of *day* is summed up in."""
    return (DAY, day), (WEEK, monday(day))


def iso(day: int) -> str:
    """The date, as 2026-01-31."""
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


@attrs.frozen
class Days:
    """Days from the first to the last, both included."""

    first: int
    last: int

    def before(self) -> Days:
        """As many days, just before these."""
        return Days(self.first - (self.last - self.first + 1), self.first - 1)

    def weeks(self) -> list[Days]:
        """The weeks, from Monday on, that these days are in."""
        return [Days(day, day + WEEK - 1) for day in range(monday(self.first), self.last + 1, WEEK)]

    def blocks(self) -> Iterator[Block]:
        """These days as whole weeks, and what is left as single days: so that there is little to add up."""
        first = self.first
        while first <= self.last:
            is_week = first == monday(first) and first + WEEK - 1 <= self.last
            block = (WEEK if is_week else DAY, first)
            yield block
            first += block[0]
