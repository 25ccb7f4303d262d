"""The steps of a live update: what reaches a running container when files change."""

from typing import Any, TypeVar

from tiltfile_ext.starkit import BuiltinError, Plugin, Thread, builtin, sequence_of, starlark_repr, type_name
from tiltfile_ext.values.commands import AnyCommand, Command, command_of
from tiltfile_ext.values.docker.live_update import (
    FallBackOn,
    InitialSync,
    LiveUpdateSteps,
    RestartContainer,
    Run,
    Step,
    Sync,
)
from tiltfile_ext.values.paths import AnyStrings, LocalPathList

S = TypeVar("S", bound=Step)


class LiveUpdatePlugin(Plugin):
    """``initial_sync``, ``fall_back_on``, ``sync``, ``run`` and ``restart_container``."""

    state = LiveUpdateSteps

    @builtin("", core=True, positioned=True)
    def initial_sync(self, thread: Thread) -> InitialSync:
        """Sync all files when the container starts."""
        return _made(thread, InitialSync(thread.call_position))

    @builtin("", core=True, positioned=True)
    def fall_back_on(self, thread: Thread, paths: LocalPathList) -> FallBackOn:
        """Build the image anew when one of *paths* changes."""
        return _made(thread, FallBackOn(thread.call_position, paths))

    @builtin("", core=True, positioned=True)
    def sync(self, thread: Thread, local_path: str, remote_path: str) -> Sync:
        """Copy files below *local_path* to *remote_path* in the container."""
        return _made(thread, Sync(thread.call_position, thread.absolute(local_path), remote_path))

    @builtin("", core=True, positioned=True)
    def run(self, thread: Thread, cmd: AnyCommand, trigger: AnyStrings = None, echo_off: bool = False) -> Run:
        """Run a command in the container; with *trigger*, only when one of these paths changed."""
        command = command_of(thread, cmd, None, {})
        return _made(
            thread, Run(thread.call_position, command, _triggers(command, trigger), echo_off=echo_off)
        )

    @builtin("", core=True, positioned=True)
    def restart_container(self, thread: Thread) -> RestartContainer:
        """Restart the container at the end."""
        return _made(thread, RestartContainer(thread.call_position))


def _made(thread: Thread, step: S) -> S:
    thread.state(LiveUpdateSteps).made(step)
    return step


def _triggers(command: Command, value: Any) -> tuple[str, ...]:
    elements = sequence_of(value)
    found = [] if value is None else [value] if elements is None else elements
    for element in found:
        if type(element) is not str:
            raise BuiltinError(
                f"run cmd '{command}' triggers contained value '{starlark_repr(element)}' "
                f"of type '{type_name(element)}'. it may only contain strings"
            )
    return tuple(found)
