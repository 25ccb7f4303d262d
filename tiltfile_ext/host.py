"""Load a Tiltfile: run it and every file it loads, let the plugins look at the outcome, report nothing.

`load` always returns: a bad Tiltfile is ``result.error``, with whatever was decided before it. What is
reported, and whether, is decided by the caller (see `tiltfile_ext.report`).
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from tiltfile_ext._files import SourceFiles
from tiltfile_ext.assembly import Assembled, ModelLostError, assemble
from tiltfile_ext.plugins.analytics import AnalyticsSettings
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import (
    BuiltinError,
    Data,
    DeadlineError,
    Environment,
    Plugin,
    PluginError,
    TiltfileError,
    evolve,
    field,
)
from tiltfile_ext.starkit._counts import PlacedCounts
from tiltfile_ext.starkit._states import States
from tiltfile_ext.starkit._thread import LOAD_ONLY, Log, Thread
from tiltfile_ext.values.ignores import Ignores, read_patterns
from tiltfile_ext.values.k8s.settings import KubeSettings
from tiltfile_ext.values.read import MissingFileError, os_reason, read_bytes
from tiltfile_ext.values.secrets import Secrets

_NOT_FOUND = "No Tiltfile found at paths '{path}'. Check out https://docs.tilt.dev/tutorial.html"


def load(
    path: str | os.PathLike[str] = "Tiltfile",
    args: Sequence[str] = (),
    *,
    plugins: Iterable[Plugin] | None = None,
    environ: Mapping[str, str] | None = None,
    timeout: float | None = None,
    log: Log | None = None,
    subcommand: str = LOAD_ONLY,
    run: bool = True,
    places: bool = False,
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
        subcommand: the command that ``config.tilt_subcommand`` names; by default Tilt's own that only loads.
        run: whether programs may be run, for ``local``, ``helm``, ``kustomize``, and git for extensions. If
            not, these calls give empty text, and ``result.not_run`` names the programs: such a result is
            partial.
        places: whether to remember where each built-in was called, for ``result.places``; such a load is
            slower.

    Raises:
        PluginError: the plugins cannot be used together, or one of them failed with an error of its own.
        KeyboardInterrupt: ^C, at once.
    """
    started = time.perf_counter_ns()
    messages: list[tuple[str, str]] = []

    def note(level: str, message: str) -> None:
        messages.append((level, message))
        if log is not None:
            log(level, thread.state(Secrets).scrub(message))

    environment = environment_for(None if plugins is None else tuple(plugins), positioned=places)
    main, missing = _main_path(path)
    files = SourceFiles(environment.plugins)
    thread = Thread(
        main,
        args=tuple(args),
        environ=_load_environ(os.environ if environ is None else environ),
        log=note,
        files=files,
        check=_deadline(timeout),
        subcommand=subcommand,
        runs_programs=run,
    )
    if places:
        thread.counts = PlacedCounts(thread)
    outcome = _Outcome(missing, began=False) if missing else _run(environment, thread)
    secrets = thread.state(Secrets)
    if outcome.error is not None:
        outcome.error.reword(secrets.scrub)
    return LoadResult(
        path=main,
        error=outcome.error,
        began=outcome.began,
        exited=outcome.exited,
        manifests=outcome.assembled.manifests,
        enabled=outcome.assembled.enabled,
        uses=thread.counts.by_builtin(),
        places=thread.counts.by_place() if isinstance(thread.counts, PlacedCounts) else {},
        states=States(_states_left(thread) if outcome.model_lost else thread.states, environment.lazy_states),
        sources={} if outcome.model_lost else files.sources,
        tiltignore=outcome.tiltignore,
        config_files=tuple(sorted(thread.watched)),
        messages=tuple((level, secrets.scrub(message)) for level, message in messages),
        origins=files.origins,
        not_run=tuple(secrets.scrub(command) for command in thread.not_run),
        duration_ns=time.perf_counter_ns() - started,
    )


def default_plugins() -> tuple[Plugin, ...]:
    """Tilt's own built-ins, and the installed plugins of the entry-point group ``tiltfile_ext.plugins``."""
    from tiltfile_ext.plugins import installed, own

    return (*own(), *installed())


@lru_cache(maxsize=16)
def environment_for(plugins: tuple[Plugin, ...] | None, *, positioned: bool = False) -> Environment:
    """The environment of *plugins* (None: the default ones), made once."""
    return Environment(default_plugins() if plugins is None else plugins, positioned=positioned)


def _main_path(path: str | os.PathLike[str]) -> tuple[str, TiltfileError | None]:
    """The absolute path of the main Tiltfile without symbolic links, or why there is none."""
    absolute = os.path.abspath(path)
    try:
        return os.path.realpath(absolute, strict=True), None
    except FileNotFoundError:
        problem = _NOT_FOUND.format(path=absolute)
    except NotADirectoryError:
        problem = "not a directory"
    except OSError as error:
        looped = error.errno == errno.ELOOP
        problem = "EvalSymlinks: too many links" if looped else f"lstat {error.filename}: {os_reason(error)}"
    return absolute, TiltfileError(problem)


#: what Tilt tells git, so that nothing waits for a password
_GIT_ENVIRON = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_SSH_COMMAND": "ssh -o ControlMaster=no -o BatchMode=yes",
}


def _load_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """A copy of *environ* with what Tilt adds at its start where it is unset, or empty."""
    made = dict(environ)
    for name, value in _GIT_ENVIRON.items():
        if not made.get(name) and not (name == "GIT_SSH_COMMAND" and made.get("GIT_SSH")):
            made[name] = value
    return made


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


class _Outcome(Data):
    error: TiltfileError | None = None
    began: bool = True
    exited: bool = False
    model_lost: bool = False
    tiltignore: Ignores = field(factory=Ignores)
    assembled: Assembled = field(factory=Assembled)


def _run(environment: Environment, thread: Thread) -> _Outcome:
    """Run the main file and all that it loads, and put together what they asked for."""
    from tiltfile_ext.starkit._engine import Session

    try:
        tiltignore = _read_tiltignore(thread)
    except BuiltinError as error:
        return _Outcome(TiltfileError(str(error)), began=False)
    session = Session(environment.universe(), thread)
    thread.start(session)
    environment.start(thread)
    outcome = partial(_Outcome, tiltignore=tiltignore)
    try:
        session.run(thread.main_path)
        return outcome(exited=session.exited, assembled=_finish(environment, thread))
    except TiltfileError as error:
        lost = isinstance(error.__cause__, ModelLostError)
        return outcome(error, exited=session.exited, model_lost=lost)
    except Exception as error:
        raise PluginError(_plugin_fault(error)) from error


def _read_tiltignore(thread: Thread) -> Ignores:
    """The patterns in the ``.tiltignore`` beside the main file; none if there is no such file.

    Raises:
        BuiltinError: it cannot be read. Tilt then neither runs the Tiltfile nor reports anything.
    """
    directory = os.path.dirname(thread.main_path)
    path = os.path.join(directory, ".tiltignore")
    thread.watch(thread.main_path)
    thread.watch(path)
    try:
        return Ignores(directory, path, read_patterns(read_bytes(path)))
    except MissingFileError:
        return Ignores()
    except ValueError as error:
        raise BuiltinError(f"Parsing .tiltignore: {error}") from None


def _finish(environment: Environment, thread: Thread) -> Assembled:
    try:
        assembled = assemble(thread)
        for plugin in environment.plugins:
            plugin.on_loaded(thread)
    except BuiltinError as error:
        raise TiltfileError(str(error)) from error
    return assembled


def _states_left(thread: Thread) -> Mapping[type, Any]:
    """The states where the model is lost: all new but the cluster's, which Tilt keeps elsewhere.

    A Tiltfile's no to analytics is obeyed even then.
    """
    left = {kind: kind() for kind in thread.states}
    left[KubeSettings] = thread.state(KubeSettings)
    settings = thread.state(AnalyticsSettings)
    if settings.enable is False:
        left[AnalyticsSettings] = evolve(settings, custom_tags={})
    return left


def _plugin_fault(error: Exception) -> str:
    notes = "; ".join(getattr(error, "__notes__", ()))
    where = f" ({notes})" if notes else ""
    return f"a plugin failed with {type(error).__name__}: {error}{where}; this is a bug of the plugin"
