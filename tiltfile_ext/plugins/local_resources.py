"""Resources that run on this machine: ``local_resource``, and its old alias ``test``."""

from typing import Any

from tiltfile_ext.starkit import (
    ABSENT,
    BuiltinError,
    Environment,
    Plugin,
    Sequence,
    StringMap,
    Thread,
    UnpackError,
    quote,
    strings_of,
)
from tiltfile_ext.values.commands import AnyCommand, Command, command_of
from tiltfile_ext.values.link import LinkList
from tiltfile_ext.values.paths import AnyDirectory, AnyStrings, LocalPathList, patterns
from tiltfile_ext.values.probe import Probe
from tiltfile_ext.values.resource_params import LabelSet, ResourceName
from tiltfile_ext.values.resources import LocalResource, Resources
from tiltfile_ext.values.trigger_mode import AUTO, MANUAL, TriggerMode

_TEST_IS_OLD = (
    "test() is deprecated and will be removed in a future release.\n"
    "Change this call to use `local_resource(..., allow_parallel=True)`"
)


class LocalResourcePlugin(Plugin):
    """``local_resource`` and ``test``."""

    state = Resources

    def on_start(self, env: Environment) -> None:
        """Register one function under both names, and the trigger modes."""
        env.add_builtin("local_resource", _Function("local_resource").call, core=True)
        env.add_builtin(
            "test", _Function("test").call, before=_warn_of_test, defaults={"allow_parallel": True}, core=True
        )
        env.add_value("TRIGGER_MODE_AUTO", AUTO)
        env.add_value("TRIGGER_MODE_MANUAL", MANUAL)


class _Function:
    """``local_resource`` under *name*, which some of its messages say."""

    def __init__(self, name: str) -> None:
        self.name = name

    def call(
        self,
        thread: Thread,
        name: ResourceName,
        cmd: AnyCommand = ABSENT,
        deps: LocalPathList | None = None,
        trigger_mode: TriggerMode = ABSENT,
        resource_deps: Sequence = ABSENT,
        ignore: AnyStrings = None,
        auto_init: bool = True,
        serve_cmd: AnyCommand = ABSENT,
        cmd_bat: Any = None,
        serve_cmd_bat: Any = None,
        allow_parallel: bool = False,
        links: LinkList = (),
        labels: LabelSet = (),
        env: StringMap = {},  # noqa: B006  # never changed
        serve_env: StringMap = {},  # noqa: B006
        readiness_probe: Probe | None = None,
        dir: AnyDirectory = ABSENT,
        serve_dir: AnyDirectory = ABSENT,
    ) -> None:
        """A command to run when *deps* change, a server to keep running, or both."""
        del cmd_bat, serve_cmd_bat  # Windows only
        needed = self._needed(resource_deps) if resource_deps else ()
        ignored = () if ignore is None else patterns(ignore, "ignore")
        update = command_of(thread, cmd, dir, env)
        serve = command_of(thread, serve_cmd, serve_dir, serve_env)
        _check_commands(update, serve, dir, serve_dir)
        if readiness_probe is not None and not serve:
            thread.log(
                "warning",
                f"Ignoring readiness probe for local resource {quote(name)} (no serve_cmd was defined)",
            )
            readiness_probe = None
        thread.state(Resources).add_local(
            LocalResource(
                name=name,
                directory=thread.directory,
                cmd=update,
                serve_cmd=serve,
                deps=deps,
                trigger_mode=trigger_mode or None,
                resource_deps=needed,
                ignore=ignored,
                auto_init=auto_init,
                allow_parallel=allow_parallel,
                links=links,
                labels=labels,
                readiness_probe=readiness_probe,
            )
        )

    def _needed(self, names: Sequence) -> tuple[str, ...]:
        try:
            return strings_of(names)
        except UnpackError as error:
            raise BuiltinError(f"{self.name}: resource_deps: {error}") from None


def _warn_of_test(thread: Thread) -> None:
    thread.log("warning", _TEST_IS_OLD)


def _check_commands(update: Command, serve: Command, update_dir: Any, serve_dir: Any) -> None:
    """Refuse a directory for a command that is not there, and a resource without any command."""
    if update_dir is not ABSENT and not update:
        if serve:
            raise BuiltinError(
                "local_resource: 'dir' only affects 'cmd', not 'serve_cmd'. "
                "Did you mean to use 'serve_dir' instead?"
            )
        raise BuiltinError("local_resource: 'dir' specified but 'cmd' is empty")
    if serve_dir is not ABSENT and not serve:
        raise BuiltinError("local_resource: 'serve_dir' specified but 'serve_cmd' is empty")
    if not (update or serve):
        raise BuiltinError("local_resource must have a cmd and/or a serve_cmd, but both were empty")
