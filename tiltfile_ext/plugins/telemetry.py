"""Where traces go. Metrics went somewhere, too, once."""

from typing import Any

from tiltfile_ext.starkit import ABSENT, BuiltinError, Plugin, Thread, builtin
from tiltfile_ext.values.after_load import CONTEXT, refuse_after_load
from tiltfile_ext.values.commands import AnyCommand, command_of
from tiltfile_ext.values.duration_param import Duration
from tiltfile_ext.values.paths import AnyDirectory
from tiltfile_ext.values.settings import TelemetrySettings


class TelemetryPlugin(Plugin):
    """``experimental_telemetry_cmd`` and ``experimental_metrics_settings``."""

    state = TelemetrySettings

    @builtin
    def experimental_telemetry_cmd(
        self,
        thread: Thread,
        cmd: AnyCommand,
        cmd_bat: Any = None,
        period: Duration = 0,
        dir: AnyDirectory = ABSENT,
    ) -> None:
        """Feed traces to *cmd* every *period*; can be said once."""
        del cmd_bat  # Windows only
        command = command_of(thread, cmd, dir, {})
        if not command:
            raise BuiltinError("cmd cannot be empty")
        old = thread.state(TelemetrySettings)
        if old.cmd:
            raise BuiltinError(f"experimental_telemetry_cmd called multiple times; already set to {old.cmd}")
        new = TelemetrySettings(command, thread.directory, period or old.period)
        thread.update(TelemetrySettings, lambda _: new)

    @builtin
    def experimental_metrics_settings(self, thread: Thread, *args: Any, **kwargs: Any) -> None:
        """Does nothing any more."""
        del args, kwargs
        refuse_after_load(thread, CONTEXT)
        thread.log("warning", "experimental_metrics_settings() is deprecated")
