"""From a request to a `Post`: which events are in the body, their ids, and when they happened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import orjson

from analytics.collector._limits import ID_LENGTH
from analytics.collector._store import Post

NDJSON = b"application/x-ndjson"

#: our own client's ids: the time in ms, and chance
_OWN_ID = re.compile(rb"[0-9a-f]{32}")
_TIME_DIGITS = 12
_OLDEST_MS = 400 * 86_400_000
_NEWEST_MS = 86_400_000


class BadRequestError(ValueError):
    """A request that makes no sense; says why."""


def read_post(body: bytes, headers: Mapping[bytes, bytes], now: int) -> Post:
    """The events of a request: one object, an array of them, or one a line.

    Args:
        body: the body, whole.
        headers: by their names in lower case.
        now: the time, in ms since 1970.

    Raises:
        BadRequestError: it is empty, or its ids do not fit.
    """
    bodies = _bodies(body, headers.get(b"content-type", b""))
    if not bodies:
        raise BadRequestError("there is no event in the body")
    ids = _ids(headers, len(bodies))
    if not ids:
        return Post(bodies, now)
    said = _said(headers.get(b"x-event-time", b"")) if len(bodies) == 1 else None
    times = [_sane(_time_of(id) or said or now, now) for id in ids]
    return Post(bodies, now, [_short(id) for id in ids], times)


def _bodies(body: bytes, media_type: bytes) -> Sequence[bytes]:
    if media_type.partition(b";")[0].strip().lower() == NDJSON:
        return [line for line in body.split(b"\n") if line.strip()]
    if body.lstrip()[:1] != b"[":
        return [body] if body.strip() else []
    try:
        events = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequestError(f"not JSON: {error}") from None
    return [orjson.dumps(event) for event in events]


def _ids(headers: Mapping[bytes, bytes], count: int) -> Sequence[bytes]:
    """An id for each event, or nothing."""
    listed, key = headers.get(b"x-event-ids", b""), headers.get(b"idempotency-key", b"")
    if listed:
        ids = [id.strip() for id in listed.split(b",")]
    elif key:
        ids = [key] if count == 1 else [b"%b:%d" % (key, index) for index in range(count)]
    else:
        return ()
    if len(ids) != count:
        raise BadRequestError(f"{len(ids)} ids for {count} events")
    if not all(0 < len(id) <= ID_LENGTH for id in ids):
        raise BadRequestError(f"an id has 1 to {ID_LENGTH} characters")
    return ids


def _short(id: bytes) -> bytes:
    """The id as it is kept: half the bytes for our own."""
    return bytes.fromhex(id.decode()) if _OWN_ID.fullmatch(id) else id


def _time_of(id: bytes) -> int | None:
    return int(id[:_TIME_DIGITS], 16) if _OWN_ID.fullmatch(id) else None


def _said(text: bytes) -> int | None:
    try:
        time = datetime.fromisoformat(text.decode("ascii"))
    except ValueError:
        return None
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)


def _sane(time: int, now: int) -> int:
    """*time*, unless a clock was wrong."""
    return time if now - _OLDEST_MS <= time <= now + _NEWEST_MS else now
