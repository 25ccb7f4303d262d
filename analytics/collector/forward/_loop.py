"""Sends events to one receiver, in order, and remembers how far it is."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import count
from time import time

import attrs

from analytics.collector._errors import CollectorError
from analytics.collector._export import Part, Record, identity, records
from analytics.collector._open import open_to_read
from analytics.collector.forward._pause import Pause, StoppedError
from analytics.collector.forward._position import Position
from analytics.collector.forward._receiver import Later, Outcome, Receiver, Refused, Taken, Unusable

_POLL_SECONDS = 1.0
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_LONGEST_RETRY_AFTER = 3600.0
_SPREAD = 0.2
_ATTEMPTS = 5  # where nobody is there to wait for ever
_REFUSED_IN_A_ROW = 20
_SHOWN = 10


#: begin with the events that come from now on
AT_THE_END = -1


def begin(db: sqlite3.Connection, path: str, to: str, since: int | None) -> Position:
    """A position before anything was sent.

    Args:
        db: the collector's file.
        path: where the position is kept.
        to: the receiver's address.
        since: the first event is the first that happened then or later, in ms since 1970; None: the first of
            all; `AT_THE_END`.
    """
    last = "SELECT ifnull(max(id), 0) FROM event"
    query = f"SELECT ifnull((SELECT min(id) - 1 FROM event WHERE time >= ?), ({last}))"
    if since is None:
        found = 0
    elif since == AT_THE_END:
        (found,) = db.execute(last).fetchone()
    else:
        (found,) = db.execute(query, (since,)).fetchone()
    position = Position(path, to, identity(db))
    position.pass_by(found, _time_of(db, found) or 0)
    return position


def _time_of(db: sqlite3.Connection, number: int) -> int | None:
    row = db.execute("SELECT time FROM event WHERE id = ?", (number,)).fetchone()
    return row[0] if row else None


@attrs.define
class Forwarder:
    """Takes events from a file to a receiver.

    Attributes:
        file: the collector's.
        receiver: where they go.
        position: how far it is.
        pause: how it waits.
        say: told what a person should know.
        is_patient: whether it tries for ever when the receiver is away.
    """

    file: str
    receiver: Receiver
    position: Position
    pause: Pause
    say: Callable[[str], object]
    is_patient: bool
    _in_a_row: int = 0
    _shown: int = 0

    def run(self) -> None:
        """Send all there is; if patient, go on with what comes, until stopped.

        Raises:
            CollectorError: it cannot go on; what was sent is behind the position.
        """
        try:
            while True:
                self._send_all()
                if not self.is_patient:
                    return
                self.pause.wait(_POLL_SECONDS)
        except StoppedError:
            return

    def _send_all(self) -> None:
        """Send all there is by now."""
        with closing(open_to_read(self.file)) as db:  # each time anew: it may be another file by now
            self._check(db)
            while events := self._next(db):
                self._send(self._young(events))
                self._pass_by(events[-1])
                self.pause.wait(0)

    def _next(self, db: sqlite3.Connection) -> list[Record]:
        return list(records(db, Part(after=self.position.number, most=self.receiver.most)))

    def _check(self, db: sqlite3.Connection) -> None:
        """An older copy that was put in the file's place has other events behind the position."""
        time = _time_of(db, self.position.number)
        if identity(db) != self.position.collector or (time is not None and time != self.position.time):
            raise CollectorError(
                f"{self.file} is not the file whose events were forwarded up to {self.position.number}: "
                f"remove {self.position.path} to begin anew, and say where with --since"
            )

    def _young(self, events: Sequence[Record]) -> Sequence[Record]:
        """Those that the receiver takes still."""
        if self.receiver.oldest is None:
            return events
        first = int(time() * 1000) - self.receiver.oldest
        young = [event for event in events if event.time >= first]
        self.position.too_old += len(events) - len(young)
        return young

    def _pass_by(self, last: Record) -> None:
        """*last* and all before it are done with."""
        if self.position.refused and not self.position.sent:
            raise CollectorError(
                f"{self.position.to} has refused all so far, so it is not noted as done with: "
                f"{self.position.latest[-1][1]}"
            )
        self.position.pass_by(last.number, last.time)
        self.position.save()

    def _send(self, events: Sequence[Record]) -> None:
        """Have all of *events* taken or set aside; of those refused together, each half by itself."""
        if not events:
            return
        match self._outcome(events):
            case Taken(refused, reason):
                self._taken(events, refused, reason)
            case Refused() if len(events) > 1:
                middle = len(events) // 2
                self._send(events[:middle])
                self._send(events[middle:])
            case Refused(reason):
                self._set_aside(events[0], reason)
            case Unusable(reason):
                raise CollectorError(f"{self.position.to} cannot be used: {reason}")

    def _outcome(self, events: Sequence[Record]) -> Outcome:
        """What became of *events*, once it is not to be tried again."""
        for attempt in count(1):
            outcome = self.receiver.send(events)
            if not isinstance(outcome, Later):
                break
            if not self.is_patient and attempt == _ATTEMPTS:
                raise CollectorError(
                    f"{self.position.to}: {outcome.reason}; what it has is noted, run this again for the rest"
                )
            if attempt == 1:
                self.say(f"{self.position.to}: {outcome.reason}; trying again")
            self.pause.wait(_delay(attempt, outcome.after, random.random()))  # noqa: S311  # so that not all come back at once
        if attempt > 1:
            self.say(f"{self.position.to}: it answers again")
        return outcome

    def _taken(self, events: Sequence[Record], refused: int, reason: str) -> None:
        self._in_a_row = 0
        refused = min(refused, len(events))
        self.position.sent += len(events) - refused
        if refused:
            self.position.refuse(
                events[-1].number, f"{refused} of {len(events)} up to this: {reason}", refused
            )
            self._show(f"{refused} of events {events[0].number} to {events[-1].number}", reason)

    def _set_aside(self, event: Record, reason: str) -> None:
        self._in_a_row += 1
        if self._in_a_row == _REFUSED_IN_A_ROW:
            raise CollectorError(f"{self.position.to} has refused {self._in_a_row} events in a row: {reason}")
        self.position.refuse(event.number, reason)
        self._show(f"event {event.number}", reason)

    def _show(self, what: str, reason: str) -> None:
        self._shown += 1
        if self._shown <= _SHOWN:
            more = "; `collect status` shows what is refused from now on" if self._shown == _SHOWN else ""
            self.say(f"{self.position.to} has refused {what}: {reason}{more}")


def _delay(attempt: int, after: float, chance: float) -> float:
    """For how many seconds to wait: twice as long each time, but not less than was asked for.

    Args:
        attempt: how often it failed.
        after: for how long the receiver asked to be left alone.
        chance: a number from 0 to 1.
    """
    wait = min(_FIRST_WAIT * 2.0 ** min(attempt - 1, 10), _LONGEST_WAIT) * (1 + _SPREAD * (2 * chance - 1))
    return float(max(wait, min(after, _LONGEST_RETRY_AFTER)))
