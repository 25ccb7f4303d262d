"""Which Tilt a Tiltfile wants."""

from tiltfile_ext.starkit import ABSENT, BuiltinError, Plugin, Thread, builtin
from tiltfile_ext.values.settings import VersionSettings

#: the Tilt whose Tiltfiles are understood
TILT_VERSION = "0.37.6"


class VersionSettingsPlugin(Plugin):
    """``version_settings``."""

    state = VersionSettings

    @builtin
    def version_settings(self, thread: Thread, check_updates: bool = ABSENT, constraint: str = "") -> None:
        """Tell of newer versions or not; stop the load if this one is not within *constraint*."""
        if check_updates is not ABSENT:
            thread.update(VersionSettings, lambda _: VersionSettings(check_updates))
        if constraint:
            _check(constraint)


def _check(constraint: str) -> None:
    from tiltfile_ext.values.go.version_range import satisfies

    try:
        fits = satisfies(TILT_VERSION, constraint)
    except ValueError as error:
        raise BuiltinError(f"error parsing version constraint: {error}") from None
    if not fits:
        raise BuiltinError(
            f"you are running Tilt version {TILT_VERSION}, which doesn't match the version constraint "
            f"specified in your Tiltfile: '{constraint}'"
        )
