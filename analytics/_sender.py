"""The process that posts. Started by `_spawn`, alone at any time, and gone after half a minute.

It may be killed at any moment, and the alarm that bounds its life does just that: no timeout of a
library bounds a name server that never answers. `_outbox` says why nothing is lost, `_servers` when what is
tried again. Before every POST the user's consent is looked up anew, and the ledger is written.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import deque
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from analytics import _ledger, _outbox, _registry, _servers
from analytics._app import locate
from analytics._consent import forbidden_by_environment, read_choice, still_permits
from analytics._outcome import Rejected, Retry, Sent, Withdrawn
from analytics._parcel import MOST_EVENTS, Parcel, fill
from analytics._sole import INHERITED_FD, inherited, sole_sender

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._outcome import Outcome
    from analytics._protocol import Clock
    from analytics._servers import Server
    from analytics._spool import Record
    from analytics._system import Dirs

_LIFE_SECONDS = 30  # the alarm ends it
_WORK_SECONDS = 20.0  # after which it begins nothing new
_CPU_SECONDS = 10
_MEMORY_BYTES = 1 << 29  # of addresses, of which most are never used; 40 MB are
_TRIES = 2
_PAUSE_SECONDS = 1.0
_HIGHEST_FD = 65536


class Poster(Protocol):
    """What posts a parcel: `analytics._transport.Transport`, or a test's."""

    def post(self, parcel: Parcel) -> Outcome:
        """Post *parcel* once."""


class LazyTransport:
    """A transport that is made when something is to be posted.

    To import requests costs ten times as much as all the rest; of many senders, most find the lock
    taken, nothing to do, or a server that asked to be left alone.
    """

    def __init__(self) -> None:
        self._transport: Poster | None = None

    def post(self, parcel: Parcel) -> Outcome:
        """Post *parcel* once."""
        if self._transport is None:
            from analytics._transport import Transport

            self._transport = Transport()
        return self._transport.post(parcel)


def main() -> None:
    """Post what waits, then exit."""
    _detach()
    dirs = locate(os.environ)
    with suppress(OSError):  # the disk refuses; what waits is for a later sender
        send(dirs, os.environ, lock=inherited(dirs))
    os._exit(0)  # nothing is left to be tidied up


def send(dirs: Dirs, environ: Mapping[str, str], *, eager: bool = False, lock: int | None = None) -> bool:
    """Post what waits, unless another process is at it; returns whether none was.

    Args:
        dirs: where things are kept.
        environ: the environment variables.
        eager: whether to try although it failed not long ago. A server's own wish is obeyed anyway.
        lock: the sender's lock, if it was handed down.

    Raises:
        OSError: the disk refuses; everything that was not posted still waits.
    """
    from analytics._system import SYSTEM

    end = time.monotonic() + _WORK_SECONDS
    while not forbidden_by_environment(environ) and os.path.isdir(dirs.spool):
        with sole_sender(dirs, lock) as alone:
            if not alone:
                return False
            lock = None
            skipped = Sender(dirs, environ, LazyTransport(), SYSTEM, end, eager=eager).run()
        # A command that recorded after the last look at the spool, and whose own sender found the
        # lock taken, relies on this look, which comes after the lock was let go.
        if not _outbox.has_new(dirs, skipped) or time.monotonic() > end:
            return True
    return True


def _detach() -> None:
    """Let go of everything of the command: its terminal, directory, and whatever files it passed on.

    Signals that the command ignored or held back stay so in its children; the alarm must not be one.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    signal.alarm(_LIFE_SECONDS)
    os.closerange(INHERITED_FD + 1, _HIGHEST_FD)
    os.chdir("/")
    with suppress(PermissionError):  # it has its own session already
        os.setsid()
    _limit()


def _limit() -> None:
    """Whatever goes wrong here, it goes wrong within bounds."""
    import resource

    for what, most in ((resource.RLIMIT_CPU, _CPU_SECONDS), (resource.RLIMIT_AS, _MEMORY_BYTES)):
        with suppress(OSError, ValueError):  # a limit that is lower already, or unknown here
            resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


class Sender:
    """One pass over the spool."""

    def __init__(
        self,
        dirs: Dirs,
        environ: Mapping[str, str],
        poster: Poster,
        clock: Clock,
        end: float | None = None,
        *,
        eager: bool = False,
    ) -> None:
        self._dirs = dirs
        self._environ = environ
        self._poster = poster
        self._clock = clock
        self._end = time.monotonic() + _WORK_SECONDS if end is None else end
        self._eager = eager
        self._outbox = _outbox.Outbox(dirs)
        self._servers = _servers.read(dirs)
        self._failed: set[str] = set()

    def run(self) -> list[str]:
        """Post each record that may still be sent, oldest first, until none is new.

        Returns:
            Files that had to be left alone, see `Outbox.skipped`.

        Raises:
            OSError: the disk refuses; everything that was not posted still waits.
        """
        with suppress(OSError):  # a ledger that cannot be cut is still a ledger
            _ledger.prune(self._dirs, self._clock.now())
        self._pass()
        while _outbox.has_new(self._dirs, self._outbox.skipped) and self._has_time():
            self._pass()
        self._outbox.tidy()
        return self._outbox.skipped

    def _pass(self) -> None:
        self._outbox.absorb()
        addresses: dict[str, list[Record]] = {}
        for record in self._outbox.records:
            addresses.setdefault(record.url, []).append(record)
        for url, records in addresses.items():
            self._serve(url, self._weed(records))

    def _weed(self, records: list[Record]) -> list[Record]:
        """Return what may still be sent; throw away the rest."""
        fine = [record for record in records if self._is_permitted(record)]
        if len(fine) < len(records):
            keep = {record.id for record in fine}
            self._outbox.finish(record for record in records if record.id not in keep)
        return fine

    def _is_permitted(self, record: Record) -> bool:
        if forbidden_by_environment(self._environ) or self._outbox.is_purged():
            return False
        minimal = record.level == _registry.MINIMAL
        choice = read_choice(self._dirs)
        return still_permits(choice, level_is_minimal=minimal, allowed_by=record.allowed_by)

    def _serve(self, url: str, records: list[Record]) -> None:
        """Post to one address for as long as it takes what is posted."""
        server = self._servers.setdefault(_servers.key_of(url), _servers.Server(_servers.key_of(url)))
        newest = max((record.time for record in records), default=0)
        verdict = server.verdict(self._now(), newest, eager=self._eager)
        if not records or verdict == _servers.WAIT or url in self._failed:
            return
        tries = 1 if verdict == _servers.PROBE else _TRIES
        queue = deque(records)
        while queue and self._has_time() and self._deliver(server, self._next(server, queue), tries):
            tries = _TRIES
            while queue and not self._outbox.holds([queue[0].id]):
                queue.popleft()
        _servers.write(self._dirs, self._servers)

    def _next(self, server: Server, queue: deque[Record]) -> Parcel:
        """Return what to post next: a batch that was begun, a new one, or a single event."""
        waiting = [record for record in islice(queue, MOST_EVENTS) if self._outbox.holds([record.id])]
        if server.batches != _servers.REFUSED_A_BATCH:
            for ids in self._outbox.batches:
                if ids[0] == queue[0].id and self._outbox.holds(ids):
                    return Parcel(self._outbox.named(ids), is_batch=True)
        if server.batches == _servers.TAKES_BATCHES and len(batch := fill(waiting)) > 1:
            self._outbox.remember_batch([record.id for record in batch])
            return Parcel(batch, is_batch=True)
        return Parcel(waiting[:1], is_batch=False)

    def _deliver(self, server: Server, parcel: Parcel, tries: int) -> bool:
        """Post, and note what came of it; returns whether to go on with this address."""
        outcome = self._post(parcel, tries)
        if isinstance(outcome, Sent):
            self._sent(server, parcel, outcome)
        elif isinstance(outcome, Rejected):
            self._refused(server, parcel, outcome)
        elif isinstance(outcome, Retry):
            self._failed.add(parcel.url)
            server.failed(
                self._now(),
                reached=outcome.reached,
                retry_after_ms=outcome.retry_after_ms,
                chance=random.random(),  # noqa: S311  # nothing depends on its being guessed
            )
        return isinstance(outcome, Sent | Rejected)

    def _sent(self, server: Server, parcel: Parcel, outcome: Sent) -> None:
        server.succeeded(self._now())
        if outcome.takes_batches and server.batches == _servers.UNKNOWN:
            server.batches = _servers.TAKES_BATCHES
        elif not outcome.takes_batches and not parcel.is_batch and server.batches == _servers.TAKES_BATCHES:
            server.batches = _servers.UNKNOWN
        self._outbox.finish(parcel.records)

    def _refused(self, server: Server, parcel: Parcel, outcome: Rejected) -> None:
        """Set a refused event aside. What a batch was refused for may be the batch: its events go singly."""
        if parcel.is_batch:
            server.batches = _servers.REFUSED_A_BATCH
            self._outbox.forget_batch(parcel.ids)
        else:
            self._outbox.reject(parcel.records[0], f"{outcome.status} {outcome.detail}", self._clock.now())

    def _post(self, parcel: Parcel, tries: int) -> Outcome | Withdrawn:
        """Try twice: a server that restarts is back in a second, one that is down is not."""
        outcome = self._post_once(parcel)
        for _ in range(tries - 1):
            if not isinstance(outcome, Retry) or outcome.retry_after_ms > _PAUSE_SECONDS * 1000:
                break
            time.sleep(_PAUSE_SECONDS)
            outcome = self._post_once(parcel)
        return outcome

    def _post_once(self, parcel: Parcel) -> Outcome | Withdrawn:
        """Ask again, each time: an opt-out, and the purge that goes with it, count at once.

        What the ledger has of before an opt-out was begun before it; after it, nothing is begun.
        """
        with _outbox.gate(self._dirs):
            if not all(map(self._is_permitted, parcel.records)):
                return Withdrawn()
            _ledger.attempt(self._dirs, parcel, self._clock.now())
        outcome = self._poster.post(parcel)
        detail = "accepted" if isinstance(outcome, Sent) else outcome.detail
        with suppress(OSError):  # the ledger then says that no answer was written down
            _ledger.answer(self._dirs, parcel, self._clock.now(), status=outcome.status, detail=detail)
        return outcome

    def _now(self) -> int:
        return int(self._clock.now() * 1000)

    def _has_time(self) -> bool:
        return time.monotonic() < self._end
