"""The process that works on Tiltfiles: one after the other, until its pipe is closed.

It is told the task and its settings, then a path at a time. To each it answers with one `Answer`; the first
says whether it can work.
"""

from __future__ import annotations

import contextlib
import os
import signal
import traceback
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from tiltfile_ext.fleet._memory import peak_mib
from tiltfile_ext.starkit import Data

#: a task made for one worker: a path -> what becomes of it, which can be pickled
Task = Callable[[str], Any]


class Answer(Data):
    """What a worker says of one path, or first of itself.

    Attributes:
        value: what the task returned.
        message: what it raised, in one line, "" if it returned.
        where: the place in Python code where it was raised, ``file.py:12``.
        peak_mib: the most memory that the worker had so far.
    """

    value: Any = None
    message: str = ""
    where: str = ""
    peak_mib: int = 0


def main(descriptor: int) -> None:
    """Work for the process at the other end of the socket *descriptor*."""
    signal.signal(signal.SIGTERM, _interrupt)
    # a program that the Tiltfile leaves running must not keep the pipe
    os.set_inheritable(descriptor, False)  # noqa: FBT003  # it takes no keyword
    # the other end may be gone, which says that nobody wants an answer
    gone = contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt)
    with gone, Connection(descriptor) as connection:
        _serve(connection)


def _interrupt(*_: object) -> NoReturn:
    """Stop as for ^C: a program that the load runs is killed."""
    raise KeyboardInterrupt


def _serve(connection: Connection[Any, Any]) -> None:
    target, settings = connection.recv()
    try:
        task: Task = _named(target)(settings)
    except Exception as error:  # noqa: BLE001  # the other process shows it
        connection.send(Answer(message=str(error), where=_place(error)))
        return
    connection.send(Answer())
    while True:
        connection.send(_answer(task, connection.recv()))


def _named(target: str) -> Any:
    """What "package.module:name" names."""
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def _answer(task: Task, path: str) -> Answer:
    try:
        value = task(path)
    except Exception as error:  # noqa: BLE001  # the other process shows it
        message = f"{type(error).__name__}: {error}"
        return Answer(message=message, where=_place(error), peak_mib=peak_mib())
    return Answer(value, peak_mib=peak_mib())


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{os.path.basename(frame.filename)}:{frame.lineno}"
