"""A host for tests of the engine: files in a dict, built-ins from functions, prints in a list."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from tiltfile_ext.starkit._engine import Session, Universe
from tiltfile_ext.starkit._errors import BuiltinError, ExitRequest, Position


class FunctionBuiltin:
    """A built-in whose body is a function of the host and the arguments."""

    def __init__(
        self, name: str, function: Callable[..., Any], native: str = "", positioned: bool = False
    ) -> None:
        self.name = name
        self.native = native
        self.positioned = positioned
        self._function = function

    def invoke(self, host: Any, args: Any, kwargs: Any) -> Any:
        return self._function(host, *args, **kwargs)


class MemoryHost:
    """One load of files that are in memory, under /t."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.environ: dict[str, str] = {"HOME": "/home/me"}
        self.values: dict[str, object] = {"sys.argv": ["tilt", "up"]}
        self.executing: list[str] = []
        self.call_position: Position | None = None
        self.printed: list[str] = []
        self.seen: list[Any] = []
        self.checks: Callable[[], None] = lambda: None
        self.session: Any = None

    def print(self, text: str) -> None:
        self.printed.append(text)

    def check(self) -> None:
        self.checks()

    def resolve(self, spec: str) -> str:
        return os.path.normpath(os.path.join(os.path.dirname(self.executing[-1]), spec))

    def read_source(self, path: str) -> str:
        name = os.path.relpath(path, "/t")
        if name not in self.files:
            raise BuiltinError(f"error reading file {path}: open {path}: no such file or directory")
        return self.files[name]


def _see(host: MemoryHost, *args: Any, **kwargs: Any) -> None:
    host.seen.append((args, kwargs) if kwargs else args)


def _fail(_: MemoryHost, msg: str) -> None:
    raise BuiltinError(msg)


def _exit(_: MemoryHost) -> None:
    raise ExitRequest


BUILTINS = [
    FunctionBuiltin("see", _see),
    FunctionBuiltin("echo", lambda _, value: value),
    FunctionBuiltin("fail", _fail),
    FunctionBuiltin("exit", _exit),
    FunctionBuiltin("where", lambda host: str(host.call_position), positioned=True),
    FunctionBuiltin("struct", lambda _: None, native="struct"),
    FunctionBuiltin("module", lambda _: None, native="module"),
    FunctionBuiltin("include", lambda host, path: host.session.include(path)),
    FunctionBuiltin("load_dynamic", lambda host, path: host.session.load_dynamic(path)),
    FunctionBuiltin("os.path.join", lambda _, *parts: os.path.join(*parts)),
    FunctionBuiltin("os.getcwd", lambda host: os.path.dirname(host.executing[-1])),
]


def universe(*more: FunctionBuiltin) -> Universe:
    return Universe({builtin.name: builtin for builtin in (*BUILTINS, *more)}, ["sys.argv"])


def run(text: str, *, more: tuple[FunctionBuiltin, ...] = (), **files: str) -> MemoryHost:
    """Execute *text* as /t/Tiltfile; other files are named by keywords, "_" for "."."""
    host = MemoryHost({"Tiltfile": text, **files})
    host.session = Session(universe(*more), host)
    host.session.run("/t/Tiltfile")
    return host
