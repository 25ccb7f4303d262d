"""Load a Tiltfile in a process of its own, which may take only so much time and memory.

What the interpreter cannot refuse ends its process: data nested 100 000 levels deep, more memory than there
is, one operation that takes for ever. Here it ends the child, and is an error of the load like any other.
"""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from tiltfile_ext.fleet import Done, Failed, FleetError, Limits, Lost, Outcome, Pool
from tiltfile_ext.host import environment_for, load
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Plugin, PluginError, TiltfileError, evolve
from tiltfile_ext.starkit._states import States
from tiltfile_ext.values.ignores import Ignores


def load_isolated(
    path: str | os.PathLike[str] = "Tiltfile",
    args: Sequence[str] = (),
    *,
    timeout: float = 60.0,
    memory: int = 2048,
    plugins: Iterable[Plugin] | None = None,
    environ: Mapping[str, str] | None = None,
    run: bool = True,
    places: bool = False,
) -> LoadResult:
    """Load the Tiltfile at *path* in a process of its own; see `tiltfile_ext.load` for what is not told here.

    The result is a copy: a state that cannot be pickled, as of a plugin that keeps a Tiltfile's function, is
    not in it. What the Tiltfile printed before its process was ended is lost.

    Args:
        path: the main Tiltfile.
        args: the words after ``--``.
        timeout: seconds. The load stops by itself, or is killed 5 seconds later.
        memory: the most that the process may take, in MiB; programs that it runs are not counted.
        plugins: what the Tiltfile may call; they are sent to the process by pickle.
        environ: os.environ of the load.
        run: whether programs may be run.
        places: whether to remember where each built-in was called.

    Raises:
        PluginError: as `tiltfile_ext.load`; also if the process could not start.
        TypeError: the plugins cannot be pickled.
        KeyboardInterrupt: ^C; the process is ended.
    """
    chosen = None if plugins is None else tuple(plugins)
    options = {"args": tuple(args), "timeout": timeout, "run": run, "places": places}
    environ = None if environ is None else dict(environ)
    settings = _pickled({**options, "plugins": chosen, "environ": environ})
    began = time.perf_counter_ns()
    outcome = _outcome(os.fspath(path), settings, Limits(1, timeout, memory))
    match outcome:
        case Done(_, result):
            loaded: LoadResult = result
            return loaded
        case Failed(_, message):
            raise PluginError(message.removeprefix("PluginError: "))
        case Lost(_, reason):
            return _lost(os.fspath(path), reason, chosen, time.perf_counter_ns() - began)


def _pickled(settings: Mapping[str, Any]) -> bytes:
    try:
        return pickle.dumps(settings)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(f"these plugins cannot be sent to another process: {error}") from error


def _outcome(path: str, settings: bytes, limits: Limits) -> Outcome:
    try:
        with Pool(f"{__name__}:_task", settings, limits) as pool:
            return next(iter(pool.outcomes([path])))
    except FleetError as error:
        raise PluginError(str(error)) from error


def _lost(path: str, reason: str, plugins: tuple[Plugin, ...] | None, duration_ns: int) -> LoadResult:
    """The result of a load whose process is gone: its error, and nothing else."""
    return LoadResult(
        path=os.path.realpath(path),
        error=TiltfileError(f"the load was stopped: the process that loaded it {reason}"),
        began=True,
        exited=False,
        manifests=(),
        enabled=(),
        uses={},
        states=States({}, environment_for(plugins).lazy_states),
        sources={},
        tiltignore=Ignores(),
        config_files=(os.path.realpath(path),),
        messages=(),
        duration_ns=duration_ns,
    )


def _task(settings: bytes) -> Callable[[str], LoadResult]:
    """What the process does with its one path."""
    return partial(_loaded, pickle.loads(settings))  # noqa: S301  # of the process that started this one


def _loaded(options: dict[str, Any], path: str) -> LoadResult:
    result = load(path, **options)
    return evolve(result, states=cast("States", result.states).picklable())
