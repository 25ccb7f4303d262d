"""When a run in CI gives up."""

from tiltfile_ext.starkit import Plugin, Thread, builtin, evolve
from tiltfile_ext.values.duration_param import Duration
from tiltfile_ext.values.settings import CISettings

#: Tilt takes one nanosecond less than nothing for "not given", and so do we
_NOT_GIVEN = -1


class CISettingsPlugin(Plugin):
    """``ci_settings``."""

    state = CISettings

    @builtin
    def ci_settings(
        self,
        thread: Thread,
        k8s_grace_period: Duration = _NOT_GIVEN,
        timeout: Duration = _NOT_GIVEN,
        readiness_timeout: Duration = _NOT_GIVEN,
    ) -> None:
        """Change what is given, keep the rest."""
        given = {
            "k8s_grace_period": k8s_grace_period,
            "timeout": timeout,
            "readiness_timeout": readiness_timeout,
        }
        changes = {name: value for name, value in given.items() if value != _NOT_GIVEN}
        thread.update(CISettings, lambda settings: evolve(settings, **changes))
