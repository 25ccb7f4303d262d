"""What the prelude asks of the session: one function for each callable that it knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from tiltfile_ext.starkit._crossing import ANSWER_NONE
from tiltfile_ext.starkit._errors import BuiltinError
from tiltfile_ext.starkit._odd_names import written_name
from tiltfile_ext.starkit._stray_bytes import inward, outward

if TYPE_CHECKING:
    from tiltfile_ext.starkit._engine import Session


def show(session: Session, text: str) -> tuple[()]:
    """``print``."""
    session.host.print(outward(text))
    return ANSWER_NONE


def fail(session: Session, builtin: str, message: str) -> NoReturn:
    """Stop with a message."""
    session.note(builtin, BuiltinError(outward(message)))


def value(session: Session, name: str) -> object:
    """The value that the host gives a dotted name."""
    return session.crossing.answer(session.host.values[name])


def call_method(session: Session, name: str, text: str, handle: Any, *refs: object) -> object:
    """Call a method of an object that a built-in returned."""
    args, kwargs = session.crossing.arguments(text, (handle, *refs))
    try:
        return session.answer(getattr(handle, name)(*args, **kwargs))
    except BaseException as error:  # noqa: BLE001  # noted under the method's name
        session.note(name, error)


def held_text(session: Session, number: int) -> str:
    """``str()`` of an object known by its number."""
    return inward(str(session.crossing.held[number]))


def held_missing(session: Session, number: int, name: str) -> str:
    """What to say of an attribute that an object known by its number lacks."""
    return session.crossing.held[number].starlark_missing(name)


def called_at(session: Session, text: str) -> tuple[()]:
    """Before a built-in that asks where it was called."""
    session.locate_call(text)
    return ANSWER_NONE


def keep(session: Session, number: int, place: int, path: str, qualified: str) -> bool:
    """A file is about to keep a function for a built-in."""
    return session.keep(outward(path), place, number, written_name(outward(qualified)))


def load_dynamic(session: Session, number: int, text: str | None = None, *refs: object) -> tuple[()]:
    """``load_dynamic`` at the top level, before the load statement that stands for it."""
    session.load_next_dynamic(number, text, refs)
    return ANSWER_NONE


def run_export(session: Session, number: int, name: str, text: str, *refs: object) -> object:
    """Call a function of a file that ``load_dynamic`` copied."""
    return session.run_export(number, name, text, refs)


def environ_get(session: Session, name: object) -> str | None:
    """A variable, None if it is not set."""
    found = session.host.environ.get(outward(name)) if isinstance(name, str) else None
    return None if found is None else inward(found)


def environ_set(session: Session, name: str, text: str) -> tuple[()]:
    """Set a variable; a name that the system refuses is ignored, as in Tilt."""
    if name and "=" not in name and "\0" not in name + text:
        session.host.environ[outward(name)] = outward(text)
    return ANSWER_NONE


def environ_delete(session: Session, name: str) -> tuple[()]:
    """Unset a variable."""
    session.host.environ.pop(outward(name), None)
    return ANSWER_NONE


def environ_all(session: Session) -> dict[str, str]:
    """All variables."""
    return {inward(name): inward(value) for name, value in session.host.environ.items()}


def environ_clear(session: Session) -> tuple[()]:
    """Unset all variables."""
    session.host.environ.clear()
    return ANSWER_NONE


CALLBACKS: dict[str, Callable[..., object]] = {
    "py_print": show,
    "py_raise": fail,
    "py_value": value,
    "py_method": call_method,
    "py_held_text": held_text,
    "py_held_missing": held_missing,
    "py_called_at": called_at,
    "py_keep": keep,
    "py_load_dynamic": load_dynamic,
    "py_run_export": run_export,
    "p_env_get": environ_get,
    "p_env_set": environ_set,
    "p_env_del": environ_delete,
    "p_env_all": environ_all,
    "p_env_clear": environ_clear,
}
