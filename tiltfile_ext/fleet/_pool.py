"""Work on many Tiltfiles in several processes.

A Tiltfile is a program, and may do to its process what it likes: that costs the process and this one
Tiltfile, never the others. Memory is bounded twice: a worker that has grown is replaced before its next
Tiltfile, and one that grows beyond the limit is killed.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from typing import Any, Self

from tiltfile_ext.fleet._outcome import Done, Failed, Lost, Outcome
from tiltfile_ext.fleet._process import Worker
from tiltfile_ext.starkit import Data

#: seconds between looks at the workers that do not answer
_LOOK_SECONDS = 0.1
#: seconds that a worker has to stop its load by itself, before it is killed
_GRACE_SECONDS = 5.0
_STOP_SECONDS = 1.0
_START_SECONDS = 60


class FleetError(Exception):
    """No Tiltfile can be worked on; the message is of what makes the task, or says how a worker died."""


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
            FleetError: the task cannot be made, or a worker cannot start.
        """
        waiting = deque(paths)
        while waiting or any(worker.path for worker in self._workers):
            self._start(len(waiting))
            for worker in self._speaking():
                if worker.path:
                    yield self._outcome(worker)
                else:
                    self._greet(worker)
                self._give(worker, waiting)
            for worker in list(self._workers):
                reason = self._excess(worker)
                if reason:
                    yield Lost(worker.path, reason)
                    self._retire(worker)

    def _start(self, waiting: int) -> None:
        """Start as many workers as there is work for: so many paths are *waiting*."""
        starting = sum(not worker.path for worker in self._workers)
        for _ in range(min(self._limits.jobs - len(self._workers), waiting - starting)):
            self._workers.append(Worker(self._target, self._settings))

    def _speaking(self) -> list[Worker]:
        """The workers that say something, or have died."""
        by_connection: dict[Any, Worker] = {worker.connection: worker for worker in self._workers}
        return [by_connection[each] for each in wait(list(by_connection), _LOOK_SECONDS)]

    def _greet(self, worker: Worker) -> None:
        """Take the first word of *worker*: that it can work, or why not."""
        answer = worker.answer()
        if answer is None:
            raise FleetError(f"the process that is to load Tiltfiles {worker.last_words()}")
        if answer.message:
            raise FleetError(answer.message)

    def _outcome(self, worker: Worker) -> Outcome:
        """What *worker* says of its path; a worker that must not go on is retired."""
        path, answer = worker.path, worker.answer()
        if answer is None:
            reason = worker.last_words()
            self._retire(worker)
            return Lost(path, reason)
        if answer.peak_mib > self._limits.memory_mib // 2:
            self._retire(worker)
        if answer.message:
            return Failed(path, answer.message, answer.where)
        return Done(path, answer.value)

    def _give(self, worker: Worker, waiting: deque[str]) -> None:
        """Give *worker* the next path, unless it is retired; with none left it is."""
        if worker not in self._workers:
            return
        if waiting:
            worker.give(waiting.popleft())
        else:
            self._retire(worker)

    def _excess(self, worker: Worker) -> str:
        """What *worker* has too much of, "" if nothing."""
        if not worker.path:
            if worker.overdue(_START_SECONDS):
                raise FleetError(
                    f"the process that is to load Tiltfiles did not start within {_START_SECONDS} s"
                )
        elif worker.overdue(self._limits.timeout + _GRACE_SECONDS):
            return f"did not end within {self._limits.timeout:g} s, and was killed"
        elif worker.resident_mib() > self._limits.memory_mib:
            return f"took more than {self._limits.memory_mib} MiB of memory, and was killed"
        return ""

    def _retire(self, worker: Worker) -> None:
        self._workers.remove(worker)
        worker.close()
