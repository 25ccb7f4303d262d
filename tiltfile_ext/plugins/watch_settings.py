"""Files whose changes do not matter."""

from tiltfile_ext.starkit import Plugin, StringOrStringList, Thread, builtin
from tiltfile_ext.values.ignores import Ignores
from tiltfile_ext.values.settings import WatchSettings


class WatchSettingsPlugin(Plugin):
    """``watch_settings``."""

    state = WatchSettings

    @builtin
    def watch_settings(self, thread: Thread, ignore: StringOrStringList = ()) -> None:
        """Pay no attention to files that match *ignore*, in the executing file's directory and below."""
        if ignore:
            ignores = Ignores(thread.directory, "watch_settings()", ignore)
            thread.update(WatchSettings, lambda settings: WatchSettings((*settings.ignores, ignores)))
