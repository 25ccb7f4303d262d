"""Connections to ClickHouse, and the tables there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error

from analytics.collector._errors import CollectorError

#: what a client raises; a server that is away is none of its own errors
FAILURES = (Error, OSError)


def connect(address: str) -> Client:
    """A client of the database at *address*, whose tables are made if need be.

    Raises:
        CollectorError: it cannot be reached, or does not do.
    """
    with told():
        client = _client(address)
        for statement in (
            files("analytics.collector.relay").joinpath("_clickhouse.sql").read_text().split(";\n")
        ):
            client.command(statement)
        return client


def _client(address: str) -> Client:
    if address.startswith("chdb:"):
        return clickhouse_connect.get_client(dsn=address)
    return clickhouse_connect.get_client(
        dsn=address,
        secure=address.startswith("clickhouses:"),
        connect_timeout=5,
        autogenerate_session_id=False,  # blocks are independent of each other
    )


def rows(client: Client, query: str, **parameters: object) -> list[tuple[Any, ...]]:
    """The rows of the answer to *query*; parameters are written as ``{name:Type}``."""
    return [tuple(row) for row in client.query(query, parameters=parameters).result_rows]


@contextmanager
def told() -> Iterator[None]:
    """Whatever fails is one message."""
    try:
        yield
    except FAILURES as error:
        raise CollectorError(" ".join(str(error).split())[:500]) from None
