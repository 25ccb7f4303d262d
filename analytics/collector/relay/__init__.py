"""Collectors side by side: each takes events, keeps them on its own disk, and ships them into one database.

Nothing but what is not shipped yet stays on a collector, so there may be as many as one likes. What comes in
flows one way::

    _app (HTTP) -> _writer (group commit) -> _intake (checks, as a store does) -> _spool (synced, then 200)
    _spool -> _shipper (blocks, retries) -> a sink: _postgres or _clickhouse

A sink keeps the events of a block together with how much of the spool it has, so that a block that is sent
again, because either side died, is kept once. PostgreSQL is `collect serve`'s file with the same tables:
`_fold` adds events up in it, one collector at a time, and the same questions are asked.

It needs the extra ``collector``, and ``postgres`` or ``clickhouse`` for its sink.
"""
