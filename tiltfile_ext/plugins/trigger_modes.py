"""When resources update that do not say it themselves."""

from tiltfile_ext.starkit import BuiltinError, Plugin, Thread, builtin
from tiltfile_ext.values.resources import Resources
from tiltfile_ext.values.trigger_mode import TriggerMode


class TriggerModePlugin(Plugin):
    """``trigger_mode``."""

    state = Resources

    @builtin("", positioned=True, core=True)
    def trigger_mode(self, thread: Thread, trigger_mode: TriggerMode) -> None:
        """The mode of all resources without one of their own, whatever the order; can be said once."""
        resources = thread.state(Resources)
        if resources.trigger_mode_said_at is not None:
            raise BuiltinError(
                "trigger_mode can only be called once. "
                f"It was already called at {resources.trigger_mode_said_at}"
            )
        resources.trigger_mode = trigger_mode
        resources.trigger_mode_said_at = thread.call_position
