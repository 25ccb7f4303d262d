"""Group commit: what comes in while one transaction is being written is the next one.

There is no timer. A lone request is a transaction of its own; under load, transactions grow by themselves.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Generic, Protocol, TypeVar

from analytics.collector._errors import FullError
from analytics.collector._limits import QUEUE_BYTES
from analytics.collector._store import Post, Receipt

_IDLE_SECONDS = 0.5
_PIECE = 5000  # posts of one transaction


class Keeper(Protocol):
    """Where events are kept: a `Store`, or what passes them on."""

    def write(self, posts: Sequence[Post]) -> list[Receipt]:
        """Keep the events of *posts*, all or none; a receipt for each."""

    def settle(self) -> None:
        """Do what can wait until nothing comes in."""

    def close(self) -> None:
        """Keep no more."""


T = TypeVar("T")
K = TypeVar("K", bound=Keeper)
Waiting = tuple[Post, "asyncio.Future[Receipt]"]
Job = tuple[Callable[[K], int], "asyncio.Future[int]"]

_FAILED = (sqlite3.Error, OSError)


class BusyError(Exception):
    """More waits than may; try again in a moment. Says for what it waits."""


class DiskError(Exception):
    """The disk did not take it."""


class Writer(Generic[K]):
    """The thread that writes to a store; requests wait for it without blocking the event loop."""

    def __init__(self, store: K) -> None:
        self._store = store
        self._waiting: list[Waiting] = []
        self._lock = threading.Lock()  # a request must not join a batch that was taken
        self._jobs: list[Job[K]] = []
        self._bytes = 0
        self._wake = threading.Event()
        self._stopping = False
        self._is_settled = True
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="collector-writer", daemon=True)
        self.last_commit = monotonic()
        self.stored = self.doubles = self.refused = self.failures = 0

    def start(self) -> None:
        """Begin to write; requests come from the event loop that is running."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    @property
    def lag(self) -> float:
        """For how many seconds something has been waiting for the disk; 0 if nothing does."""
        return monotonic() - self.last_commit if self._waiting else 0.0

    async def write(self, post: Post) -> Receipt:
        """Keep the events of *post*; returns when they are on the disk.

        Raises:
            BusyError: too much waits already.
            DiskError: the disk did not take it.
        """
        size = sum(map(len, post.bodies))
        if self._bytes + size > QUEUE_BYTES or self._stopping:
            raise BusyError("too much waits for the disk")
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._bytes += size
        with self._lock:
            self._waiting.append((post, future))
        self._wake.set()
        try:
            return await future
        finally:
            self._bytes -= size

    async def run(self, job: Callable[[K], int]) -> int:
        """Do *job* with the store, between two transactions, in the thread that may; returns what it returns.

        Raises:
            DiskError: the disk failed.
        """
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._jobs.append((job, future))
        self._wake.set()
        return await future

    async def stop(self) -> None:
        """Write what waits, and close the store."""
        self._stopping = True
        self._wake.set()
        await asyncio.to_thread(self._thread.join)
        self._store.close()

    def _run(self) -> None:
        while True:
            self._wake.wait(_IDLE_SECONDS)
            self._wake.clear()
            with self._lock:
                taken, self._waiting = self._waiting, []
                jobs, self._jobs = self._jobs, []
            for start in range(0, len(taken), _PIECE):
                self._write(taken[start : start + _PIECE])
            for job in jobs:
                self._do(job)
            if not taken:
                self._settle()
                if self._stopping and not self._waiting:
                    return

    def _settle(self) -> None:
        if not self._is_settled:
            try:
                self._store.settle()
            except _FAILED:
                self.failures += 1
                return
            self._is_settled = True

    def _do(self, job: Job[K]) -> None:
        work, future = job
        try:
            result: int | DiskError = work(self._store)
        except _FAILED:
            self.failures += 1
            result = DiskError()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_tell, future, result)

    def _write(self, taken: Sequence[Waiting]) -> None:
        outcomes: Sequence[Receipt | BusyError | DiskError]
        try:
            outcomes = self._write_posts([post for post, _ in taken])
        except FullError as error:
            outcomes = [BusyError(str(error))] * len(taken)
        except _FAILED:
            self.failures += 1
            outcomes = [DiskError()] * len(taken)
        self._is_settled = False
        self.last_commit = monotonic()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_tell_all, taken, outcomes)

    def _write_posts(self, posts: Sequence[Post]) -> Sequence[Receipt]:
        receipts = self._store.write(posts)
        for receipt in receipts:
            self.stored += receipt.stored
            self.doubles += receipt.doubles
            self.refused += len(receipt.refused)
        return receipts


def _tell_all(taken: Sequence[Waiting], outcomes: Sequence[Receipt | BusyError | DiskError]) -> None:
    for (_, future), outcome in zip(taken, outcomes, strict=True):
        _tell(future, outcome)


def _tell(future: asyncio.Future[T], outcome: T | BusyError | DiskError) -> None:
    """Answer whoever waits, if the client is still there."""
    if future.done():
        return
    if isinstance(outcome, BusyError | DiskError):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
