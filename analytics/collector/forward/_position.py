"""Up to which event a receiver has them all: a small file beside the collector's, one for each receiver."""

from __future__ import annotations

import glob
import os
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any

import attrs
import orjson

from analytics.collector._errors import CollectorError
from analytics.collector._lock import alone_at
from analytics.collector.forward._address import Address

_REFUSED_KEPT = 100
_MODE = 0o600


@attrs.define
class Position:
    """How far it is.

    Attributes:
        path: the file.
        to: the receiver's address.
        collector: the identity of the collector's file.
        number: that of the last event that is done with.
        time: when that event happened, in ms since 1970.
        sent: how many events the receiver took.
        refused: how many it did not want.
        too_old: how many were too old for it.
        latest: what was refused last: number and reason of each.
    """

    path: str
    to: str
    collector: str
    number: int = 0
    time: int = 0
    sent: int = 0
    refused: int = 0
    too_old: int = 0
    latest: list[tuple[int, str]] = attrs.Factory(list)

    def pass_by(self, number: int, time: int) -> None:
        """An event, and all before it, are done with."""
        self.number, self.time = number, time

    def refuse(self, number: int, reason: str, events: int = 1) -> None:
        """Note what the receiver does not want."""
        self.refused += events
        self.latest = [*self.latest, (number, reason)][-_REFUSED_KEPT:]

    def save(self) -> None:
        """Have it on the disk, whole.

        Raises:
            CollectorError: the disk does not take it.
        """
        values = attrs.asdict(self, filter=lambda field, _: field.name != "path")
        temporary = f"{self.path}.new"
        try:
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE)
            with open(fd, "wb") as file:
                file.write(orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE))
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self.path)
        except OSError as error:
            raise CollectorError(f"{self.path} cannot be written: {_reason(error)}") from None


def path_of(file: str, address: Address) -> str:
    """Where the position of a receiver is kept."""
    return f"{file}.forward-{address.protocol}-{sha256(address.text.encode()).hexdigest()[:8]}"


def load(path: str) -> Position | None:
    """The position that is kept at *path*; None if there is none yet.

    Raises:
        CollectorError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            values = orjson.loads(file.read())
        return _position(path, values)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CollectorError(f"{path} cannot be read: {_reason(error)}") from None
    except (ValueError, TypeError, KeyError):
        raise CollectorError(
            f"{path} is damaged: remove it to begin anew, and say where with --since"
        ) from None


def _position(path: str, values: dict[str, Any]) -> Position:
    numbers = {name: int(values[name]) for name in ("number", "time", "sent", "refused", "too_old")}
    latest = [(int(number), str(reason)) for number, reason in values["latest"]]
    return Position(path, str(values["to"]), str(values["collector"]), **numbers, latest=latest)


def all_of(file: str) -> list[Position]:
    """The positions of all receivers that the events of *file* were forwarded to.

    Raises:
        CollectorError: one cannot be read.
    """
    paths = glob.glob(f"{glob.escape(file)}.forward-*-????????")
    return [position for position in map(load, sorted(paths)) if position]


def sole_forwarder(path: str) -> AbstractContextManager[None]:
    """Be the one that forwards from the position at *path*, for as long as this lasts.

    Raises:
        CollectorError: another process does.
    """
    return alone_at(path, "another process forwards these events to the same address; stop it first")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
