"""Commands that a Tiltfile names: a shell line or the words of a program call.

Rules and messages are Tilt 0.37.6's; a Windows variant (``*_bat``) is kept out, as on any POSIX system.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from tiltfile_ext.starkit import (
    ABSENT,
    BuiltinError,
    Data,
    Thread,
    Unpack,
    UnpackError,
    go_type,
    quote,
    sequence_of,
    strings_of,
)
from tiltfile_ext.values.paths import local_path
from tiltfile_ext.values.shell import display_command


class Command(Data):
    """A program call: its words, its directory, and "NAME=value" additions to the environment, sorted."""

    argv: tuple[str, ...] = ()
    dir: str = ""
    env: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.argv)

    def __str__(self) -> str:
        return display_command(self.argv)


NO_COMMAND = Command()

#: checked in the body, see `command_of`
AnyCommand = Annotated[
    Any, Unpack(None, "string for the shell, or a sequence of words", str | list[str] | tuple[str, ...])
]


def command_of(thread: Thread, value: Any, directory: Any, env: Mapping[str, str]) -> Command:
    """The command that a call's arguments describe; `NO_COMMAND` where *value* is absent.

    Args:
        thread: the load.
        value: a string for ``sh -c``, or a sequence of words.
        directory: where to run it; absent or None means the executing file's directory.
        env: additions to the environment.

    Raises:
        BuiltinError: a value of another type, or an empty name in *env*.
    """
    if value is ABSENT and directory is ABSENT and not env:
        return NO_COMMAND
    where = thread.directory if directory is ABSENT else _directory(thread, directory)
    additions = _additions(env) if env else ()
    if value is ABSENT:
        return NO_COMMAND
    if type(value) is str:
        return Command(("sh", "-c", value.strip()) if value else (), where, additions)
    elements = sequence_of(value)
    if elements is None:
        raise BuiltinError(f"a command must be a string or list of strings. found {go_type(value)}")
    try:
        return Command(strings_of(elements), where, additions)
    except UnpackError as error:
        raise BuiltinError(f"a command must be a string or a list of strings: {error}") from None


def _directory(thread: Thread, value: Any) -> str:
    if value is None:
        return thread.directory
    try:
        return local_path(thread, value)
    except UnpackError as error:
        raise BuiltinError(f"a command directory must be empty or a string: {error}") from None


def _additions(env: Mapping[str, str]) -> tuple[str, ...]:
    for name, value in env.items():
        if not name:
            raise BuiltinError(f"environment has empty key for value {quote(value)}")
    return tuple(sorted(f"{name}={value}" for name, value in env.items()))
