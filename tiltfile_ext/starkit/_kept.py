"""Functions of Tiltfiles that built-ins keep, to be called once the load has run.

A function cannot leave the interpreter. The file that hands one over keeps it in a list of its own, and
Python keeps the place in the list; when the file has run, its epilogue can call it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit._errors import BuiltinError

if TYPE_CHECKING:
    from tiltfile_ext.starkit._engine import Session
    from tiltfile_ext.starkit._types import Function
    from tiltfile_ext.starkit.rewrite import Source


class Kept:
    """A function in the list of a file."""

    def __init__(self, session: Session, source: Source, place: int, qualified: str, number: int) -> None:
        """Args: qualified: the interpreter's name for it; number: of the argument in *source*."""
        self.path = source.path
        self.module: Any = None
        self._session = session
        self._place = place
        self._qualified = qualified
        self._source = source
        self._number = number
        self._given = False

    def awaits(self, qualified: str) -> bool:
        """Whether this is the function of that name that no `Function` stands for yet."""
        return not self._given and self._qualified == qualified

    def give(self, function: Function) -> None:
        """Let *function* stand for it."""
        self._given = True
        function.call = self.call
        function.parameters = self._source.kept_parameters(self._number)
        function.position = self._source.kept_position(self._number)

    def call(self, *args: object) -> object:
        """Call the function; values go in and come out as built-ins see them."""
        return _call(self._session, self.module, "tilt_run_kept", self._place, args)


class Exported:
    """A function reached by its name, because no file kept it."""

    def __init__(self, session: Session, path: str, name: str) -> None:
        self._session = session
        self._path = path
        self._name = name

    def call(self, *args: object) -> object:
        """Call the function; values go in and come out as built-ins see them."""
        module = self._session.module_of(self._path)
        return _call(self._session, module, "tilt_run_export", self._name, args)


def _call(session: Session, module: Any, runner: str, which: object, args: tuple[object, ...]) -> object:
    if module is None:
        raise BuiltinError("a function can be called only when its file has been executed")
    text, *refs = session.crossing.encoded([list(args), {}])
    answer: Any = session.call_frozen(module, runner, which, text, refs)
    return session.crossing.value(answer[0], answer[1:])
