"""Load a Tiltfile: run it and every file it loads, let the plugins look at the outcome, report nothing.

`load` always returns: a bad Tiltfile is ``result.error``, with whatever was decided before it. What is
reported, and whether, is decided by the caller (see `tiltfile_ext.report`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

import attrs

from tiltfile_ext._files import SourceFiles
from tiltfile_ext.assembly import Assembled, assemble
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import BuiltinError, DeadlineError, Environment, Plugin, PluginError, TiltfileError
from tiltfile_ext.starkit._thread import Log, Thread

#: start of a path that is not on disk at all
_NOT_FOUND = "No Tiltfile found at paths '{path}'. Check out https://docs.tilt.dev/tutorial.html"


def load(
    path: str | os.PathLike[str] = "Tiltfile",
    args: Sequence[str] = (),
    *,
    plugins: Iterable[Plugin] | None = None,
    environ: Mapping[str, str] | None = None,
    timeout: float | None = None,
    log: Log | None = None,
    subcommand: str = "load",
) -> LoadResult:
    """Load the Tiltfile at *path*.

    Args:
        path: the main Tiltfile.
        args: the words after ``--``, as ``config.parse()`` sees them.
        plugins: what the Tiltfile may call; None means `default_plugins`.
        environ: os.environ of the load; None means a copy of the process's. Never written back.
        timeout: seconds of wall time after which the load is stopped with a `DeadlineError`.
        log: takes ("info" | "warning", message) as the Tiltfile prints; None keeps the messages in the
            result only.
        subcommand: the command that the Tiltfile is told it is loaded by.

    Raises:
        PluginError: the plugins cannot be used together, or one of them failed with an error of its own.
        KeyboardInterrupt: ^C, at once.
    """
    started = time.perf_counter_ns()
    messages: list[tuple[str, str]] = []

    def note(level: str, message: str) -> None:
        messages.append((level, message))
        if log is not None:
            log(level, message)

    environment = environment_for(None if plugins is None else tuple(plugins))
    main = os.path.realpath(path)
    files = SourceFiles(environment.plugins)
    thread = Thread(
        main,
        args=tuple(args),
        environ=dict(os.environ if environ is None else environ),
        log=note,
        files=files,
        check=_deadline(timeout),
        subcommand=subcommand,
    )
    outcome = _run(environment, thread)
    return LoadResult(
        path=main,
        error=outcome.error,
        began=outcome.began,
        exited=outcome.exited,
        manifests=outcome.assembled.manifests,
        enabled=outcome.assembled.enabled,
        uses=thread.counts.by_builtin(),
        states=thread.states,
        sources=files.sources,
        config_files=tuple(sorted(thread.watched)),
        messages=tuple(messages),
        duration_ns=time.perf_counter_ns() - started,
    )


def default_plugins() -> tuple[Plugin, ...]:
    """Tilt's own built-ins, and the installed plugins of the entry-point group ``tiltfile_ext.plugins``."""
    from tiltfile_ext.plugins import installed, own

    return (*own(), *installed())


@lru_cache(maxsize=16)
def environment_for(plugins: tuple[Plugin, ...] | None) -> Environment:
    """The environment of *plugins* (None: the default ones), made once."""
    return Environment(default_plugins() if plugins is None else plugins)


def _deadline(timeout: float | None) -> Callable[[], None]:
    if timeout is None:
        return lambda: None
    end = time.monotonic() + timeout

    def check() -> None:
        if time.monotonic() > end:
            raise DeadlineError(
                f"the load was stopped after {timeout:g} s; look for an endless loop, or allow more time"
            )

    return check


@attrs.frozen
class _Outcome:
    error: TiltfileError | None = None
    began: bool = True
    exited: bool = False
    assembled: Assembled = attrs.field(factory=Assembled)


def _run(environment: Environment, thread: Thread) -> _Outcome:
    """Run the main file and all that it loads, and put together what they asked for."""
    from tiltfile_ext.starkit._engine import Session

    thread.watch(thread.main_path)
    thread.watch(os.path.join(os.path.dirname(thread.main_path), ".tiltignore"))
    if not os.path.lexists(thread.main_path):
        return _Outcome(TiltfileError(_NOT_FOUND.format(path=thread.main_path)), began=False)
    session = Session(environment.universe(), thread)
    thread.start(session)
    environment.start(thread)
    try:
        session.run(thread.main_path)
        return _Outcome(exited=session.exited, assembled=_finish(environment, thread))
    except TiltfileError as error:
        return _Outcome(error, exited=session.exited)
    except Exception as error:
        raise PluginError(_plugin_fault(error)) from error


def _finish(environment: Environment, thread: Thread) -> Assembled:
    try:
        assembled = assemble(thread)
        for plugin in environment.plugins:
            plugin.on_loaded(thread)
    except BuiltinError as error:
        raise TiltfileError(str(error)) from None
    return assembled


def _plugin_fault(error: Exception) -> str:
    notes = "; ".join(getattr(error, "__notes__", ()))
    where = f" ({notes})" if notes else ""
    return f"a plugin failed with {type(error).__name__}: {error}{where}; this is a bug of the plugin"
