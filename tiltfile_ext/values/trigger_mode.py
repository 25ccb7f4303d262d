"""When a resource updates: by itself when files change, or when a person asks."""

from typing import Annotated

from tiltfile_ext.starkit import StarlarkValue, Thread, Unpack, UnpackError, type_name


class TriggerModeValue(StarlarkValue):
    """TRIGGER_MODE_AUTO or TRIGGER_MODE_MANUAL; there are no others."""

    __slots__ = ("name",)

    starlark_type = "TriggerMode"
    go_type = "tiltfile.triggerMode"
    starlark_hashable = True

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name


AUTO = TriggerModeValue("TRIGGER_MODE_AUTO")
MANUAL = TriggerModeValue("TRIGGER_MODE_MANUAL")


def _trigger_mode(_: Thread, value: object) -> TriggerModeValue:
    if isinstance(value, TriggerModeValue):
        return value
    raise UnpackError(f"got {type_name(value)}, want TriggerMode")


TriggerMode = Annotated[
    TriggerModeValue, Unpack(_trigger_mode, "TRIGGER_MODE_AUTO or TRIGGER_MODE_MANUAL", TriggerModeValue)
]


def effective(mode: TriggerModeValue | None, default: TriggerModeValue, *, auto_init: bool) -> int:
    """The number that Tilt's model has for a mode.

    0 is auto, 1 manual, 2 manual without the first update, 3 auto without the first update.
    """
    automatic = (mode or default) is AUTO
    if auto_init:
        return 0 if automatic else 1
    return 3 if automatic else 2
