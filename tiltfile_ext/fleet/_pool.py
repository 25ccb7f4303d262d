"""Work on many Tiltfiles in several processes.

A Tiltfile is a program, and may do to its process what it likes: that costs the process and this one
Tiltfile, never the others. Memory is bounded twice: a worker that has grown is replaced before its next
Tiltfile, and one that grows beyond the limit is killed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from typing import Any, Self

from tiltfile_ext.fleet._outcome import Done, Failed, Lost, Outcome
from tiltfile_ext.fleet._process import Worker
from tiltfile_ext.fleet._worker import Answer
from tiltfile_ext.starkit import Data

#: seconds between looks at the workers that do not answer
_LOOK_SECONDS = 0.1
#: seconds that a worker has to stop its load by itself, before it is killed
_GRACE_SECONDS = 5.0
_STOP_SECONDS = 1.0


class FleetError(Exception):
    """The task cannot be made, so no Tiltfile can be worked on; the message is the task's own."""


class Limits(Data):
    """What the workers may use.

    Attributes:
        jobs: how many there are.
        timeout: seconds for one Tiltfile. The task is to keep to it; it is enforced a little later.
        memory_mib: the memory of one worker, in MiB. One that has had half of it gets no more Tiltfiles.
    """

    jobs: int
    timeout: float = 60.0
    memory_mib: int = 1024


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool:
    """Workers that all do the same task.

    ::

        with Pool("package.module:make_task", settings, limits) as pool:
            for outcome in pool.outcomes(paths):
                ...

    ``make_task(settings)`` is called once in each worker, what it returns once for each path.

    Leaving the block stops the workers at once, and the programs that they run; after ^C too.
    """

    def __init__(self, target: str, settings: object, limits: Limits) -> None:
        """Args: target: "package.module:name" of what makes the task; settings: for it, to be pickled."""
        self._target = target
        self._settings = settings
        self._limits = limits
        self._workers: list[Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.interrupt()
        for worker in self._workers:
            worker.close(_STOP_SECONDS)
        self._workers.clear()

    def outcomes(self, paths: Iterable[str]) -> Iterator[Outcome]:
        """What becomes of each of *paths*, as it becomes known.

        Raises:
            FleetError: the task cannot be made.
        """
        waiting = iter(paths)
        for path in waiting:
            worker = self._new_worker()
            worker.give(path)
            if len(self._workers) == self._limits.jobs:
                break
        while self._workers:
            for worker in self._ready():
                yield self._outcome(worker)
                self._next(worker, waiting)
            for worker in list(self._workers):
                reason = self._excess(worker)
                if reason:
                    yield Lost(worker.path, reason)
                    self._retire(worker)
                    self._next(None, waiting)

    def _new_worker(self) -> Worker:
        worker = Worker(self._target, self._settings)
        self._workers.append(worker)
        return worker

    def _ready(self) -> list[Worker]:
        by_connection: dict[Any, Worker] = {worker.connection: worker for worker in self._workers}
        return [by_connection[each] for each in wait(list(by_connection), _LOOK_SECONDS)]

    def _outcome(self, worker: Worker) -> Outcome:
        """What *worker* says of its path; a worker that must not go on is retired."""
        path, answer = worker.path, worker.answer()
        if answer is None:
            reason = worker.last_words()
            self._retire(worker)
            return Lost(path, reason)
        if answer.peak_mib > self._limits.memory_mib // 2:
            self._retire(worker)
        return _told(path, answer)

    def _next(self, worker: Worker | None, waiting: Iterator[str]) -> None:
        """Give *worker*, or a new one in its place, the next path; with none left it ends."""
        path = next(waiting, None)
        usable = worker if worker in self._workers else None
        if path is not None:
            (usable or self._new_worker()).give(path)
        elif usable is not None:
            self._retire(usable)

    def _excess(self, worker: Worker) -> str:
        """What *worker* has too much of, "" if nothing."""
        if worker.overdue(self._limits.timeout + _GRACE_SECONDS):
            return f"did not end within {self._limits.timeout:g} s, and was killed"
        if worker.resident_mib() > self._limits.memory_mib:
            return f"took more than {self._limits.memory_mib} MiB of memory, and was killed"
        return ""

    def _retire(self, worker: Worker) -> None:
        self._workers.remove(worker)
        worker.close()


def _told(path: str, answer: Answer) -> Outcome:
    if answer.unusable:
        raise FleetError(answer.message)
    if answer.message:
        return Failed(path, answer.message, answer.traceback)
    return Done(path, answer.value)
