"""``shlex``: words for a POSIX shell."""

from tiltfile_ext.starkit import Plugin, builtin
from tiltfile_ext.values import shell


class ShlexPlugin(Plugin):
    """``shlex.quote``."""

    @builtin("shlex.quote")
    def quote(self, name: str) -> str:
        """*name* as one word of a shell command."""
        return shell.quote(name)
