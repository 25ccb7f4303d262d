"""Run other files: ``include`` and ``load_dynamic``. ``load`` is the language's own."""

from typing import Any

from tiltfile_ext.starkit import Plugin, Stringable, Thread, builtin


class LoadingPlugin(Plugin):
    """Files that a Tiltfile runs by calling a function."""

    @builtin
    def include(self, thread: Thread, path: str) -> None:
        """Run the file at *path* once, for what it does."""
        thread.session.include(path)

    @builtin
    def load_dynamic(self, thread: Thread, path: Stringable) -> Any:
        """Run the file at *path* once, and give a frozen dict of its globals."""
        return thread.session.load_dynamic(path)
