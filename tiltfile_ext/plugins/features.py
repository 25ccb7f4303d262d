"""Turn features of Tilt on or off."""

from tiltfile_ext.starkit import BuiltinError, Plugin, Thread, builtin
from tiltfile_ext.values.features import Features


class FeaturesPlugin(Plugin):
    """``enable_feature``, ``disable_feature`` and ``disable_snapshots``."""

    state = Features

    @builtin("", core=True)
    def enable_feature(self, thread: Thread, msg: str) -> None:
        """Turn the feature named *msg* on; an obsolete one only warns."""
        _set(thread, msg, on=True)

    @builtin("", core=True)
    def disable_feature(self, thread: Thread, msg: str) -> None:
        """Turn the feature named *msg* off; an obsolete one only warns."""
        _set(thread, msg, on=False)

    @builtin("", core=True)
    def disable_snapshots(self, thread: Thread) -> None:
        """Turn snapshots off."""
        _set(thread, "snapshots", on=False)


def _set(thread: Thread, name: str, *, on: bool) -> None:
    try:
        warning = thread.state(Features).set(name, on=on)
    except ValueError as error:
        raise BuiltinError(str(error)) from None
    if warning:
        thread.log("warning", warning)
