"""Load one Tiltfile in a worker, and keep of it what was used: numbers, names and places."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tiltfile_ext.host import load
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Data

#: what makes the task of a worker, as `fleet.Pool` takes it
TARGET = "tiltfile_ext.usage._collect:make_task"


class Settings(Data):
    """How Tiltfiles are loaded.

    Attributes:
        timeout: seconds for one of them.
        run: whether they may run programs.
    """

    timeout: float = 60.0
    run: bool = True


class Site(Data):
    """A place where a load called a built-in: how often, and how often with each argument."""

    builtin: str
    path: str
    line: int
    column: int
    calls: int
    arguments: Mapping[str, int]


class LoadUsage(Data):
    """What one Tiltfile used.

    Attributes:
        path: of the Tiltfile.
        calls: built-in -> how often it was called.
        arguments: built-in -> argument -> how often it was given.
        sites: where.
        origins: path of a file -> how it was loaded, "ext://hello".
        files: how many files were executed.
        error: why the load failed, "" if it did not. What ran before is in the numbers.
        not_run: programs that were not run.
    """

    path: str
    calls: Mapping[str, int]
    arguments: Mapping[str, Mapping[str, int]]
    sites: tuple[Site, ...]
    origins: Mapping[str, str]
    files: int
    error: str = ""
    not_run: tuple[str, ...] = ()


def make_task(settings: Settings) -> Callable[[str], LoadUsage]:
    """The task of a worker: from the path of a Tiltfile to what it used."""

    def collect(path: str) -> LoadUsage:
        result = load(path, timeout=settings.timeout, run=settings.run, places=True, log=lambda *_: None)
        return usage_of(path, result)

    return collect


def usage_of(path: str, result: LoadResult) -> LoadUsage:
    """What the load of *path* used."""
    return LoadUsage(
        path=path,
        calls={name: use.calls for name, use in result.uses.items()},
        arguments={name: use.arguments for name, use in result.uses.items()},
        sites=tuple(
            Site(name, *place, use.calls, use.arguments)
            for place, uses in result.places.items()
            for name, use in uses.items()
        ),
        origins={path: said for path, said in result.origins.items() if "://" in said},
        files=len(result.sources),
        error=_said(result),
        not_run=result.not_run,
    )


def _said(result: LoadResult) -> str:
    """The error in one line: the first one behind the traceback, if there is one."""
    lines = [line for line in str(result.error or "").splitlines() if line.strip()]
    behind = (line for line in lines if not line.startswith((" ", "\t", "Traceback ")))
    return next(behind, lines[0].strip() if lines else "").rstrip(":")
