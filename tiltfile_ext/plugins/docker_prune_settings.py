"""When images that Tilt built are removed again."""

from typing import Annotated, Any

from tiltfile_ext.starkit import ABSENT, BuiltinError, Plugin, Thread, Unpack, builtin, type_name
from tiltfile_ext.values.settings import HOUR, MINUTE, DockerPruneSettings

#: checked in the body
AnyInt = Annotated[Any, Unpack(None, "int of 32 bits", int)]


class DockerPruneSettingsPlugin(Plugin):
    """``docker_prune_settings``."""

    state = DockerPruneSettings

    @builtin
    def docker_prune_settings(
        self,
        thread: Thread,
        disable: bool = False,
        max_age_mins: int = 0,
        num_builds: int = 0,
        interval_hrs: int = 0,
        keep_recent: AnyInt = ABSENT,
    ) -> None:
        """Say whether and when images are removed; of zeros, only *num_builds* changes anything."""
        if num_builds and interval_hrs:
            raise BuiltinError(
                "can't specify both 'prune every X builds' and 'prune every Y hours'; "
                "please pass only one of `num_builds` and `interval_hrs`"
            )
        old = thread.state(DockerPruneSettings)
        new = DockerPruneSettings(
            enabled=not disable,
            max_age=_signed(max_age_mins * MINUTE) if max_age_mins else old.max_age,
            num_builds=num_builds,
            interval=_signed(interval_hrs * HOUR) if interval_hrs else old.interval,
            keep_recent=old.keep_recent if keep_recent is ABSENT else _int32(keep_recent),
        )
        thread.update(DockerPruneSettings, lambda _: new)


def _signed(nanoseconds: int) -> int:
    """As many of *nanoseconds* as 64 bits hold, as Go multiplies."""
    return (nanoseconds + 2**63) % 2**64 - 2**63


def _int32(value: Any) -> int:
    if type(value) is not int:
        raise BuiltinError(f"got {type_name(value)}, want int")
    if not -(2**31) <= value < 2**31:
        raise BuiltinError(f"{value} out of range")
    return value
