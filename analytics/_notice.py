"""Say once that usage is reported: by whose word, how to see it, and how to stop it.

The user's own yes is no news: the notice waits for a terminal, on which it will be seen. A project's yes was
given by somebody else, so each project that turns reporting on is named: once wherever stderr leads, since
that may be all there ever is, and once on a terminal. Who was named is kept, one a line, as
``terminal 2026-01-31 "/path/of/Tiltfile"``; it never leaves the machine.
"""

from __future__ import annotations

import os
import time

from analytics import _event, _system
from analytics._system import MODE, write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._consent import Decision
    from analytics._system import Dirs

TERMINAL, LOG = "terminal", "log"

#: What stands for the user where a project's file would.
USER = "you"

_MOST = 200
_LONGEST = 256 * 1024


def text(decision: Decision, command: str, switch: str) -> str:
    """Return the notice, one line.

    Args:
        decision: who turned it on.
        command: how the ``analytics`` command line is run.
        switch: a variable that keeps it off.
    """
    see = f"`{command} log` shows what was sent"
    if decision.rule == "user":
        return (
            f"analytics: your use of this tool is reported, as you chose; {see}, `{command} opt out` stops it"
        )
    who = decision.source or "the project"
    return f"analytics: {who} has its loads reported, this one included; {see}, {switch}=1 stops it"


def named(decision: Decision) -> str:
    """Return who is to be named: the user, or a file, without the line, which may change."""
    if decision.rule == "user":
        return USER
    path = decision.source
    for _ in range(2):
        head, colon, number = path.rpartition(":")
        path = head if colon and number.isdigit() else path
    return path


def claim(dirs: Dirs, who: str, now: float, *, is_terminal: bool) -> bool:
    """Return whether the notice about *who* is due, and note that it was shown.

    Raises:
        OSError: that cannot be noted.
    """
    mode, end = (TERMINAL if is_terminal else LOG), " " + _event.quote(who)
    dirs.make(dirs.user)
    fd = os.open(dirs.noticed, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE)
    try:
        _lock(fd)
        lines = os.pread(fd, _LONGEST, 0).decode("utf-8", "replace").splitlines()
        before = next((line for line in lines if line.endswith(end)), "")
        if before.startswith(TERMINAL) or (before and not is_terminal):
            return False
        today = time.strftime("%Y-%m-%d", time.gmtime(now))
        lines = [f"{mode} {today}{end}", *(line for line in lines if line != before)]
        _write(fd, lines[:_MOST])
    finally:
        os.close(fd)
    return True


def shown(dirs: Dirs) -> list[tuple[str, str]]:
    """Return the projects that the user was told of, each with the day, the latest first."""
    import json

    try:
        with open(dirs.noticed, encoding="utf-8", errors="replace") as file:
            fields = [line.rstrip("\n").split(" ", 2) for line in file]
    except OSError:
        return []
    found = []
    for line in fields:
        try:
            found.append((str(json.loads(line[2])), line[1]))
        except (ValueError, IndexError):  # damaged
            continue
    return [(who, day) for who, day in found if who != USER]


def _lock(fd: int) -> None:
    try:
        _system.own_within(fd, 0.05)
    except _system.NoLocksError:
        return


def _write(fd: int, lines: list[str]) -> None:
    data = "".join(f"{line}\n" for line in lines).encode()
    os.lseek(fd, 0, os.SEEK_SET)
    write_whole(fd, data)
    os.ftruncate(fd, len(data))
