"""Live updates: how files and commands reach a running container without a new image.

The steps that a Tiltfile makes, the live update that a list of them means, and which steps are left unused.
Rules and messages: Tilt 0.37.6.
"""

import posixpath
from collections.abc import Sequence
from typing import Annotated, Any

from tiltfile_ext.starkit import (
    BuiltinError,
    Data,
    Position,
    StarlarkValue,
    Thread,
    Unpack,
    quote,
    sequence_of,
    starlark_repr,
    type_name,
)
from tiltfile_ext.values.commands import Command
from tiltfile_ext.values.go import paths as go_paths


class Step(StarlarkValue):
    """Base of the steps. ``position`` is the call that made it, which is what tells steps apart."""

    __slots__ = ("position",)
    starlark_hashable = True

    def __init__(self, position: Position | None) -> None:
        self.position = position


#: checked in the body, see `live_update_of`
AnySteps = Annotated[
    Any, Unpack(None, "step of a live update, a sequence of steps, or None", Step | Sequence[Step] | None)
]


class InitialSync(Step):
    """Sync all files when the container starts."""

    __slots__ = ()
    starlark_type = "live_update_initial_sync_step"
    go_type = "tiltfile.liveUpdateInitialSyncStep"

    def __str__(self) -> str:
        return "initial_sync step"


class FallBackOn(Step):
    """Build the image anew when one of *paths* changes."""

    __slots__ = ("paths",)
    starlark_type = "live_update_fall_back_on_step"
    go_type = "tiltfile.liveUpdateFallBackOnStep"

    def __init__(self, position: Position | None, paths: tuple[str, ...]) -> None:
        super().__init__(position)
        self.paths = paths

    def __bool__(self) -> bool:
        return bool(self.paths)

    def __str__(self) -> str:
        return f"fall_back_on step: [{' '.join(self.paths)}]'"  # the quote is Tilt's


class Sync(Step):
    """Copy changed files below *local* to below *remote*."""

    __slots__ = ("local", "remote")
    starlark_type = "live_update_sync_step"
    go_type = "tiltfile.liveUpdateSyncStep"

    def __init__(self, position: Position | None, local: str, remote: str) -> None:
        super().__init__(position)
        self.local = local
        self.remote = remote

    def __str__(self) -> str:
        return f"sync step: '{self.local}'->'{self.remote}'"


class Run(Step):
    """Run *command* in the container; only after changes of *triggers*, where there are any."""

    __slots__ = ("command", "echo_off", "triggers")
    starlark_type = "live_update_run_step"
    go_type = "tiltfile.liveUpdateRunStep"

    def __init__(
        self, position: Position | None, command: Command, triggers: tuple[str, ...], *, echo_off: bool
    ) -> None:
        super().__init__(position)
        self.command = command
        self.triggers = triggers
        self.echo_off = echo_off

    def __bool__(self) -> bool:
        return bool(self.command)

    def __str__(self) -> str:
        text = f"run step: {quote(str(self.command))}"
        return f"{text} (triggers: {'; '.join(self.triggers)})" if self.triggers else text


class RestartContainer(Step):
    """Restart the container at the end."""

    __slots__ = ()
    starlark_type = "live_update_restart_container_step"
    go_type = "tiltfile.liveUpdateRestartContainerStep"

    def __str__(self) -> str:
        return "restart_container step"


class LiveUpdateSteps:
    """The steps of one load that no live update uses yet, by the position of the call that made them."""

    def __init__(self) -> None:
        self.unused: dict[str, Step] = {}

    def made(self, step: Step) -> None:
        """A Tiltfile made *step*; it replaces one made at the same position."""
        self.unused[str(step.position)] = step

    def took(self, step: Step) -> None:
        """A live update uses *step*."""
        self.unused.pop(str(step.position), None)


class LiveUpdate(Data, eq=False):
    """What to do in a running container when files change.

    Local paths are relative to ``base_path``; those of triggers are as the Tiltfile wrote them.
    ``container`` names the container to update, where it is not found by its image.
    """

    base_path: str = ""
    stop_paths: tuple[str, ...] = ()
    syncs: tuple[tuple[str, str], ...] = ()
    runs: tuple[Run, ...] = ()
    restart: bool = False
    initial_sync: bool = False
    container: str = ""

    def __bool__(self) -> bool:
        return bool(self.syncs or self.runs)


NO_LIVE_UPDATE = LiveUpdate()


def live_update_of(thread: Thread, value: Any) -> LiveUpdate:
    """The live update that an argument ``live_update=`` describes; its steps are used from now on.

    *value* is a step, a sequence of them, or None.

    Raises:
        BuiltinError: "live_update: …": not steps, a wrong order, nothing to do, or a relative target.
    """
    if value is None:
        return NO_LIVE_UPDATE
    elements = sequence_of(value)
    steps = [value] if elements is None else elements
    if not steps:
        return NO_LIVE_UPDATE
    try:
        return _live_update(thread, steps)
    except BuiltinError as error:
        raise BuiltinError(f"live_update: {error}") from None


def _live_update(thread: Thread, steps: list[Any]) -> LiveUpdate:
    before: list[Step] = []
    for step in steps:
        if not isinstance(step, Step):
            raise BuiltinError(
                "'steps' must be a list of live update steps - got value "
                f"'{starlark_repr(step)}' of type '{type_name(step)}'"
            )
        _check_order(step, before)
        before.append(step)
        thread.state(LiveUpdateSteps).took(step)
    made = _put_together(thread.directory, before)
    _check_complete(made)
    return made


def _check_order(step: Step, before: list[Step]) -> None:
    """*step* may follow the steps *before* it; BuiltinError if not."""

    def after(*kinds: type[Step]) -> bool:
        return any(isinstance(earlier, kinds) for earlier in before)

    if isinstance(step, InitialSync) and before:
        raise BuiltinError("initial_sync must appear at most once, at the start of the list")
    if isinstance(step, FallBackOn) and after(Sync, Run, RestartContainer):
        raise BuiltinError("fall_back_on steps must appear at the start of the list")
    if isinstance(step, (Sync, Run)) and after(RestartContainer):
        raise BuiltinError("restart container is only valid as the last step")
    if isinstance(step, Sync) and after(Run):
        raise BuiltinError("all sync steps must precede all run steps")


def _put_together(base_path: str, steps: list[Step]) -> LiveUpdate:
    fall_backs = (step for step in steps if isinstance(step, FallBackOn))
    syncs = (step for step in steps if isinstance(step, Sync))
    return LiveUpdate(
        base_path=base_path,
        stop_paths=tuple(go_paths.rel(base_path, path) for step in fall_backs for path in step.paths),
        syncs=tuple((go_paths.rel(base_path, step.local), step.remote) for step in syncs),
        runs=tuple(step for step in steps if isinstance(step, Run)),
        restart=any(isinstance(step, RestartContainer) for step in steps),
        initial_sync=any(isinstance(step, InitialSync) for step in steps),
    )


def _check_complete(update: LiveUpdate) -> None:
    faults = []
    if not update:
        faults.append(
            "spec.syncs: Invalid value: null: must contain at least 1 sync or 1 exec to run on live update"
        )
    for index, (_, remote) in enumerate(update.syncs):
        if not posixpath.isabs(remote):
            faults.append(
                f"spec.syncs[{index}]: Invalid value: {quote(remote)}: sync destination is not absolute"
            )
    if faults:
        raise BuiltinError(faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]")
