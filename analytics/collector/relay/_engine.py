"""A database that relays ship to, whatever its kind: what can be done with it, by its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from analytics.collector._errors import CollectorError
from analytics.collector._reading import Read
from analytics.collector.relay._sink import Sink


@attrs.frozen
class Engine:
    """What can be done with a database; all but `sink` raises `CollectorError` if it cannot be done.

    Attributes:
        sink: keeps events there.
        read: begins to read from there.
        erase: removes all that one machine or user sent; how many events.
        rebuild: computes the sums anew.
    """

    sink: Sink
    read: Read
    erase: Callable[[str], int]
    rebuild: Callable[[], None]


def engine_at(
    address: str, keep_days: int | None = None, repositories: Mapping[str, str] | None = None
) -> Engine:
    """The database at *address*; what it needs is imported now.

    Args:
        address: ``postgresql://…`` or ``clickhouse://…``.
        keep_days: for how long events are kept; for good if None.
        repositories: names to show, by the digests that stand for them.

    Raises:
        CollectorError: it is no such address, or what it needs is not installed.
    """
    scheme = address.partition("://")[0]
    if scheme not in _KINDS:
        raise CollectorError(f"{address} is no address: it begins with postgresql:// or clickhouse://")
    extra, make = _KINDS[scheme]
    try:
        return make(address, keep_days, repositories or {})
    except ModuleNotFoundError as error:
        raise CollectorError(f"{error}; python -m pip install 'tiltfile-ext[{extra}]'") from None


def _postgres(address: str, keep_days: int | None, repositories: Mapping[str, str]) -> Engine:
    from analytics.collector.relay._postgres import Postgres
    from analytics.collector.relay._postgres_reading import PostgresDoor

    door = PostgresDoor(address, repositories)
    return Engine(Postgres(address, keep_days), door.read, door.erase, door.rebuild)


def _clickhouse(address: str, keep_days: int | None, repositories: Mapping[str, str]) -> Engine:
    from analytics.collector.relay._clickhouse import ClickHouse
    from analytics.collector.relay._clickhouse_reading import ClickHouseDoor

    door = ClickHouseDoor(address, repositories)
    return Engine(ClickHouse(address, keep_days), door.read, door.erase, door.rebuild)


_KINDS = {
    "postgresql": ("postgres", _postgres),
    "postgres": ("postgres", _postgres),
    "clickhouse": ("clickhouse", _clickhouse),
    "clickhouses": ("clickhouse", _clickhouse),
    "chdb": ("clickhouse", _clickhouse),  # ClickHouse as a library, for tests
}
