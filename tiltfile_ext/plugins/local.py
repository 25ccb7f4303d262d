"""Run a program while the Tiltfile loads."""

from typing import Any

from tiltfile_ext.starkit import ABSENT, Blob, Plugin, Stringable, StringMap, Thread, builtin
from tiltfile_ext.values.commands import AnyCommand, command_of
from tiltfile_ext.values.k8s.settings import refuse_unknown_context
from tiltfile_ext.values.paths import AnyDirectory
from tiltfile_ext.values.run import run

_PREFIX = " → "


class LocalPlugin(Plugin):
    """``local``."""

    @builtin("", before=refuse_unknown_context("local"), core=True)
    def local(
        self,
        thread: Thread,
        command: AnyCommand,
        quiet: bool = False,
        command_bat: Any = None,
        echo_off: bool = False,
        env: StringMap = {},  # noqa: B006  # never changed
        dir: AnyDirectory = ABSENT,
        stdin: Stringable = ABSENT,
    ) -> Blob:
        """Run *command* and wait; its output as a blob. ``command_bat`` counts on Windows only."""
        del command_bat
        call = command_of(thread, command, dir, env)
        if not echo_off:
            thread.log("info", f"local: {call}")
        lines = None if quiet else LinePrinter(thread)
        given = None if stdin is ABSENT else stdin
        try:
            stdout, stderr = run(thread, call, stdin=given, output=lines.feed if lines else None)
        finally:
            if lines:
                lines.end()
        if not (quiet or echo_off or stdout or stderr):
            thread.log("info", f"{_PREFIX}[no output]")
        return Blob(stdout, f"local: {call}")


class LinePrinter:
    """Logs output line by line, each after an arrow, both streams as they come."""

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._rest = ""

    def feed(self, text: str) -> None:
        """More output."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._thread.log("info", _PREFIX + line)

    def end(self) -> None:
        """No more output: what has no line end yet is a line, too."""
        if self._rest:
            self._thread.log("info", _PREFIX + self._rest)
            self._rest = ""
