"""One load, as built-ins see it: where they are, what they may use, and what they leave behind."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

from tiltfile_ext.starkit._counts import Counts
from tiltfile_ext.starkit._errors import BuiltinError, Position
from tiltfile_ext.starkit._targets import target_of

if TYPE_CHECKING:
    from tiltfile_ext.starkit._engine import Session

S = TypeVar("S")

#: what ``config.tilt_subcommand`` says of a load for its own sake: Tilt's command that does nothing else
LOAD_ONLY = "alpha tiltfile-result"

#: Takes a level ("info", "warning") and one message, which may span lines.
Log = Callable[[str, str], None]


class Files(Protocol):
    """How a load finds and reads the files it executes."""

    def resolve(self, thread: Thread, spec: str) -> str:
        """The absolute path that ``load(spec)`` means; BuiltinError if there is none."""

    def read(self, thread: Thread, path: str) -> str:
        """The text of the file at *path*; BuiltinError says why not."""


@lru_cache(maxsize=256)
def _directory(file: str) -> str:
    return posixpath.dirname(file)


@lru_cache(maxsize=256)
def _start(file: str) -> str:
    """What a clean path beside *file* begins with."""
    cleaned = posixpath.normpath(_directory(file))
    return cleaned if cleaned.endswith("/") else cleaned + "/"


def _no_file() -> NoReturn:
    raise BuiltinError("no Tiltfile is executing, so a relative path has no start; use absolute paths")


class Thread:
    """What a built-in's body may ask for by a first parameter annotated ``Thread``.

    Attributes:
        main_path: absolute path of the main Tiltfile.
        args: the words after ``--`` on the command line.
        environ: os.environ of this load; what a Tiltfile writes stays here, children inherit it.
        values: dotted name -> value of the names that plugins declared as values.
        executing: files whose top level is running, innermost last; the engine keeps it.
        call_position: where the running built-in was called, for built-ins marked ``positioned``.
        counts: how often each built-in was called.
        watched: paths that the load depends on, in the order found.
        subcommand: the command that loads, as ``config.tilt_subcommand`` tells it: "up", "ci".
        runs_programs: whether built-ins may run programs; where not, they go on with empty output.
        not_run: the programs that were not run therefore, as the Tiltfile's author knows them.
    """

    def __init__(
        self,
        main_path: str,
        *,
        args: tuple[str, ...] = (),
        environ: MutableMapping[str, str],
        log: Log,
        files: Files,
        check: Callable[[], None] = lambda: None,
        subcommand: str = LOAD_ONLY,
        runs_programs: bool = True,
    ) -> None:
        self.main_path = main_path
        self.args = args
        self.environ = environ
        self.values: Mapping[str, object] = {}
        self.executing: list[str] = []
        self.call_position: Position | None = None
        self.counts = Counts()
        self.watched: dict[str, None] = {}
        self.subcommand = subcommand
        self.runs_programs = runs_programs
        self.not_run: dict[str, None] = {}
        self.log = log
        self.check = check
        self._files = files
        self._states: dict[type, Any] = {}
        self._session: Session | None = None

    # ---- where the load stands

    @property
    def directory(self) -> str:
        """The directory of the executing file; relative paths start here.

        Raises:
            BuiltinError: no file is executing (a function that is called after the load).
        """
        return _directory(self.executing[-1] if self.executing else _no_file())

    def absolute(self, path: str) -> str:
        """*path* against the executing file's directory, cleaned; an absolute one is kept as it is."""
        if path.startswith("/"):
            return path
        if "/." in path or "//" in path or path.startswith(".") or path.endswith("/") or not path:
            return posixpath.normpath(posixpath.join(self.directory, path))
        return _start(self.executing[-1] if self.executing else _no_file()) + path

    # ---- what plugins keep

    def state(self, kind: type[S]) -> S:
        """This load's *kind*: made by ``kind()`` on first use, collected in the result."""
        found = self._states.get(kind)
        if found is None:
            found = self._states[kind] = kind()
        return found

    def update(self, kind: type[S], change: Callable[[S], S]) -> None:
        """Replace this load's *kind* by ``change(old)``; for states that are immutable values."""
        self._states[kind] = change(self.state(kind))

    @property
    def states(self) -> Mapping[type, Any]:
        """Every state of this load, by its class."""
        return self._states

    def keeps(self, target: str) -> bool:
        """Whether this load has the state *target*, "package.module:Class"; imports nothing."""
        return any(target_of(kind) == target for kind in self._states)

    def watch(self, path: str) -> None:
        """The load's outcome depends on *path*: a file, or a directory with all below it."""
        self.watched[path] = None

    # ---- what the engine asks (see `starkit._contract`)

    def print(self, text: str) -> None:
        """Show one message of ``print()``."""
        self.log("info", text)

    def resolve(self, spec: str) -> str:
        """The path that ``load(spec)`` means."""
        return self._files.resolve(self, spec)

    def read_source(self, path: str) -> str:
        """The text of a file about to be executed."""
        return self._files.read(self, path)

    # ---- what built-ins ask of the engine

    def start(self, session: Session) -> None:
        """Bind the engine's session; done once, before the main file runs."""
        self._session = session

    @property
    def session(self) -> Session:
        """The engine's session of this load."""
        if self._session is None:
            raise BuiltinError("no load is running")
        return self._session
