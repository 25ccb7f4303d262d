"""Ships what is in the spool, in order, and again until the database has it."""

from __future__ import annotations

import random
import threading
from time import monotonic

from analytics.collector.relay._sink import Sink, SinkError
from analytics.collector.relay._spool import Block, Spool

BLOCK_EVENTS = 5000
_PAUSE_SECONDS = 0.2  # so that blocks are worth their round trips
_SETTLE_SECONDS, _LAST_SETTLE = 1.0, 30.0
_FIRST_RETRY, _LAST_RETRY = 0.5, 30.0
_DRAIN_SECONDS = 5.0


class Shipper:
    """The thread that ships from *spool* into *sink*.

    Attributes:
        shipped: how many events the database has been given.
        failures: how often it did not take them.
        problem: why it does not, while it does not; "" otherwise.
    """

    def __init__(self, spool: Spool, sink: Sink, *, drain: float = _DRAIN_SECONDS) -> None:
        self._spool = spool
        self._sink = sink
        self._drain = drain
        self._stopping = threading.Event()
        self._ends = float("inf")
        self._position: tuple[str, int] | None = None  # of the segment that is being shipped
        self._tried: Block | None = None  # sent again as it is, so that a database knows it
        self._settle_at = 0.0
        self._failing_since: float | None = None
        self._thread = threading.Thread(target=self._run, name="collector-shipper", daemon=True)
        self.shipped = self.failures = 0
        self.problem = ""

    def start(self) -> None:
        """Begin to ship."""
        self._thread.start()

    def stop(self) -> None:
        """Ship for a few seconds what is still there, and end; the rest waits for the next start."""
        self._ends = monotonic() + self._drain
        self._stopping.set()
        self._spool.more.set()
        self._thread.join()
        self._sink.close()

    @property
    def doubles(self) -> int:
        """How many events the database had already."""
        return self._sink.doubles

    @property
    def waiting_bytes(self) -> int:
        """How many bytes wait to be shipped."""
        position = self._position
        shipped = position[1] if position and position[0] == self._spool.first() else 0
        return max(0, self._spool.size - shipped)

    @property
    def failing_seconds(self) -> float:
        """For how long the database has taken nothing; 0 if it does."""
        since = self._failing_since
        return monotonic() - since if since is not None else 0.0

    def _run(self) -> None:
        retry = _FIRST_RETRY
        while not self._is_over():
            try:
                self._sink.open()
                self._step()
                retry = _FIRST_RETRY
            except Exception as error:  # noqa: BLE001 # whatever it is: nobody but this thread empties the spool
                self._note(error)
                self._stopping.wait(retry * random.uniform(0.5, 1))  # noqa: S311
                retry = min(retry * 2, _LAST_RETRY)

    def _is_over(self) -> bool:
        done = self.waiting_bytes == 0 or bool(self.problem)
        return self._stopping.is_set() and (done or monotonic() > self._ends)

    def _step(self) -> None:
        """Ship a block, if there is one; else wait for it."""
        block = self._next()
        if block is not None:
            self._tried = block
            self._sink.ship(block)
            self._tried = None
            self._position = (block.segment, block.end)
            self.shipped += len(block.events)
        if monotonic() >= self._settle_at:
            self._settle()
        self.problem, self._failing_since = "", None
        if block is None and self._spool.more.wait(_SETTLE_SECONDS):
            self._spool.more.clear()
        elif block is not None and len(block.events) < BLOCK_EVENTS:
            self._stopping.wait(_PAUSE_SECONDS)

    def _settle(self) -> None:
        """Let the sink do what is to be done now and then; for a fifth of the time at most."""
        began = monotonic()
        self._sink.settle()
        ended = monotonic()
        self._settle_at = ended + min(max(_SETTLE_SECONDS, 4 * (ended - began)), _LAST_SETTLE)

    def _next(self) -> Block | None:
        """The next block; segments that are shipped go."""
        while (segment := self._spool.first()) is not None:
            if self._position is None or self._position[0] != segment:
                self._position = (segment, self._sink.position(segment))
            is_done = self._spool.is_done(segment)  # asked first: what is added now is seen the next time
            if self._tried and self._position == (self._tried.segment, self._tried.start):
                return self._tried
            block = self._spool.read(*self._position, BLOCK_EVENTS)
            if block is not None or not is_done:
                return block
            self._spool.drop(*self._position)
        return None

    def _note(self, error: Exception) -> None:
        self.failures += 1
        expected = isinstance(error, SinkError | OSError)
        self.problem = str(error) if expected else f"a fault of ours: {type(error).__name__}: {error}"
        self._position = None  # nobody knows whether the last block was taken
        if self._failing_since is None:
            self._failing_since = monotonic()
