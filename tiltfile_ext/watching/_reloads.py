"""One load after another, each with what led to it and what it changed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import partial

from tiltfile_ext.host import load
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Data, Plugin, field
from tiltfile_ext.watching._bell import SystemBell
from tiltfile_ext.watching._changes import FileChange
from tiltfile_ext.watching._differences import Differences, differences
from tiltfile_ext.watching._watcher import Watcher


class Reload(Data, eq=False):
    """One load of a Tiltfile that is watched.

    Attributes:
        files: what changed since the load before, by path; empty for the first load.
        result: what the load gave.
        differences: what that changed, compared to the last load without an error; none where this load has
            one, since what it left out would say nothing.
        recovered: whether this load has no error, and the one before had.
    """

    files: tuple[FileChange, ...]
    result: LoadResult
    differences: Differences = field(factory=Differences)
    recovered: bool = False


class History:
    """What is remembered from load to load."""

    def __init__(self) -> None:
        self._good: LoadResult | None = None
        self._failed = False

    def add(self, files: tuple[FileChange, ...], result: LoadResult) -> Reload:
        """The *result* of the next load, which *files* led to, compared to the loads before."""
        if result.error is not None:
            self._failed = True
            return Reload(files, result)
        recovered, self._failed = self._failed, False
        good, self._good = self._good, result
        found = differences(good, result) if good is not None else Differences()
        return Reload(files, result, found, recovered)


def watch(
    path: str | os.PathLike[str] = "Tiltfile",
    args: Sequence[str] = (),
    *,
    plugins: Iterable[Plugin] | None = None,
    environ: Mapping[str, str] | None = None,
    timeout: float | None = None,
    log: Callable[[str, str], None] | None = None,
    subcommand: str = "up",
    stop: threading.Event | None = None,
) -> Generator[Reload, None, None]:
    """Load the Tiltfile at *path*, and again each time a file changes that it read; never ends by itself.

    Loads run in the thread that iterates; what changes during a load leads to one more.

    Args:
        path: the main Tiltfile.
        args: as for `load`, like *plugins*, *environ*, *timeout*, *log* and *subcommand*.
        plugins: see *args*.
        environ: see *args*.
        timeout: see *args*.
        log: see *args*.
        subcommand: see *args*.
        stop: ends the iteration when it is set, from another thread or a signal handler.

    Raises:
        PluginError: as `load` does.
        KeyboardInterrupt: ^C, at once.
    """
    made = None if plugins is None else tuple(plugins)
    one = partial(
        load, path, args, plugins=made, environ=environ, timeout=timeout, log=log, subcommand=subcommand
    )
    watcher, history = Watcher(os.fspath(path), one, bell=SystemBell(stop), stop=stop), History()
    files: tuple[FileChange, ...] = ()
    try:
        while stop is None or not stop.is_set():
            yield history.add(files, watcher.load())
            watcher.arm()
            files = watcher.wait()
    finally:
        watcher.close()
