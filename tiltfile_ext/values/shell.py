"""Commands as text: quoted for a shell, and as Tilt shows them.

Facts: Tilt 0.37.6 (``shlex.quote`` is github.com/alessio/shellescape 1.4.1).
"""

from __future__ import annotations

from collections.abc import Sequence

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit._types import quote as go_quote

_UNSAFE = pattern(r"[^A-Za-z0-9_@%+=:,./-]")


def quote(text: str) -> str:
    """*text* as one word of a POSIX shell; text that needs no quotes stays as it is."""
    if not text:
        return "''"
    if not _UNSAFE.search(text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"


def display_command(argv: Sequence[str]) -> str:
    """A command as log lines and messages show it: the script of a shell command, else its words.

    Only a word with a space is quoted, as Go's %q does it. A script of several lines is a word too.
    """
    match list(argv):
        case ["sh", "-c", script] if "\n" not in script:
            return script
        case ["cmd", "/S", "/C", script]:
            return script
        case words:
            return " ".join(go_quote(word) if " " in word else word for word in words)
