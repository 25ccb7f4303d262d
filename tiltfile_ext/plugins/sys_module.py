"""``sys``: the program that loads the Tiltfile."""

import sys

from tiltfile_ext.starkit import Environment, Plugin


class SysPlugin(Plugin):
    """``sys.argv`` and ``sys.executable``."""

    def on_start(self, env: Environment) -> None:
        """Register the two values; they are those of the running process."""
        env.add_value("sys.argv", lambda _: list(sys.argv))
        env.add_value("sys.executable", lambda _: sys.executable or None)
