"""Events out of files into posts: lines as ``export`` prints them, or bare events."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import attrs
import orjson

from analytics.collector._errors import CollectorError
from analytics.collector._store import Post

_PIECE = 1000
_KEYS = {"id", "time", "event"}


@attrs.frozen
class _Line:
    """One event; id and time are known if ``export`` wrote it."""

    body: bytes
    id: bytes = b""
    time: int = 0


def posts(paths: Sequence[str], now: int) -> Iterator[Post]:
    """The events of the files at *paths*, or of standard input, a thousand at a time.

    Args:
        paths: files.
        now: the time, in ms since 1970, for events without one.

    Raises:
        CollectorError: a file cannot be read.
    """
    lines = map(_line, _lines(paths))
    while piece := list(islice(lines, _PIECE)):
        yield from _posts(piece, now)


def _posts(piece: Iterable[_Line], now: int) -> Iterator[Post]:
    exported = [line for line in piece if line.id]
    bare = [line.body for line in piece if not line.id]
    if exported:
        bodies = [line.body for line in exported]
        yield Post(bodies, now, [line.id for line in exported], [line.time for line in exported])
    if bare:
        yield Post(bare, now)


def _line(text: bytes) -> _Line:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _Line(text)  # the store says what is wrong with it
    if isinstance(value, dict) and value.keys() == _KEYS:
        id, time = value["id"], value["time"]
        if isinstance(id, str) and id and type(time) is int and time >= 0:
            return _Line(orjson.dumps(value["event"]), id.encode(), time)
    return _Line(text)


def _lines(paths: Sequence[str]) -> Iterator[bytes]:
    if not paths:
        yield from filter(None, map(bytes.strip, sys.stdin.buffer))
    for path in paths:
        try:
            with open(path, "rb") as file:
                yield from filter(None, map(bytes.strip, file))
        except OSError as error:
            raise CollectorError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None
