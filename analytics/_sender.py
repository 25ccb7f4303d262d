"""The process that posts. Started by `_spawn`, alone at any time, and gone after half a minute.

It may be killed at any moment, and the alarm that bounds its life does just that: no timeout of a
library bounds a name server that never answers. `_outbox` says why nothing is lost.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from analytics import _ledger, _outbox, _registry
from analytics._choice import read_choice
from analytics._consent import forbidden_by_environment, still_permits
from analytics._dirs import locate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._dirs import Dirs
    from analytics._protocol import Clock
    from analytics._spool import Record
    from analytics._transport import Rejected, Retry, Sent

_LIFE_SECONDS = 30
_TRIES = 2
_PAUSE_SECONDS = 1.0
_HIGHEST_FD = 65536


class Poster(Protocol):
    """What posts a record: `analytics._transport.Transport`, or a test's."""

    def post(self, record: Record) -> Sent | Retry | Rejected:
        """Post *record* once."""


def main() -> None:
    """Post what waits, then exit."""
    _detach()
    dirs = locate(os.environ)
    # The lock comes before requests, whose import costs a hundred times as much as all the rest:
    # of many senders started at once, all but one leave cheaply.
    while not forbidden_by_environment(os.environ) and _outbox.waiting(dirs):
        with _outbox.sole_sender(dirs) as alone:
            if not alone:
                return
            from analytics._clock import SYSTEM
            from analytics._transport import Transport

            Sender(dirs, os.environ, Transport(), SYSTEM).run()
        # A command that recorded after the last look at the spool, and whose own sender found the
        # lock taken, relies on this look, which comes after the lock was let go.
        if not _outbox.has_new(dirs):
            return


def _detach() -> None:
    """Let go of everything of the command: its terminal, directory, and whatever files it passed on.

    Signals that the command ignored or held back stay so in its children; the alarm must not be one.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    signal.alarm(_LIFE_SECONDS)
    os.closerange(3, _HIGHEST_FD)
    os.chdir("/")
    with suppress(PermissionError):  # it has its own session already
        os.setsid()


class Sender:
    """One pass over the spool."""

    def __init__(self, dirs: Dirs, environ: Mapping[str, str], poster: Poster, clock: Clock) -> None:
        self._dirs = dirs
        self._environ = environ
        self._poster = poster
        self._clock = clock
        self._outbox = _outbox.Outbox(dirs)
        self._unreachable: set[str] = set()

    def run(self) -> None:
        """Post each record that may still be sent, oldest first, until none is new."""
        self._outbox.absorb()
        self._pass()
        while _outbox.has_new(self._dirs):
            self._outbox.absorb()
            self._pass()
        self._outbox.tidy()

    def _pass(self) -> None:
        for record in list(self._outbox.records):
            self._handle(record)

    def _handle(self, record: Record) -> None:
        if not self._permitted(record):
            self._outbox.finish(record)
        elif record.url not in self._unreachable:
            self._deliver(record)

    def _permitted(self, record: Record) -> bool:
        """Ask again, each time: an opt-out, and the purge that goes with it, count at once."""
        if forbidden_by_environment(self._environ) or self._outbox.is_purged():
            return False
        minimal = record.level == _registry.MINIMAL
        choice = read_choice(self._dirs)
        return still_permits(choice, level_is_minimal=minimal, allowed_by=record.allowed_by)

    def _deliver(self, record: Record) -> None:
        from analytics._transport import Rejected, Sent

        outcome = self._post(record)
        if isinstance(outcome, Sent):
            self._outbox.finish(record)
        elif isinstance(outcome, Rejected):
            self._outbox.reject(record, f"{outcome.status} {outcome.detail}", self._clock.now())
        else:
            self._unreachable.add(record.url)

    def _post(self, record: Record) -> Sent | Retry | Rejected:
        """Try twice: a server that restarts is back in a second, one that is down is not."""
        from analytics._transport import Retry

        outcome = self._post_once(record)
        for _ in range(_TRIES - 1):
            if not isinstance(outcome, Retry):
                break
            time.sleep(_PAUSE_SECONDS)
            if not self._permitted(record):
                break
            outcome = self._post_once(record)
        return outcome

    def _post_once(self, record: Record) -> Sent | Retry | Rejected:
        from analytics._transport import Sent

        _ledger.attempt(self._dirs, record, self._clock.now())
        outcome = self._poster.post(record)
        detail = "accepted" if isinstance(outcome, Sent) else outcome.detail
        _ledger.answer(self._dirs, record, self._clock.now(), status=outcome.status, detail=detail)
        return outcome
