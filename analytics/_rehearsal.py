"""What would be posted now: the sender itself, run on a copy of the spool, with nobody at the other end.

So it obeys consent, waits, and batches exactly as the real one, and bodies are those of the wire.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

from analytics import _servers
from analytics._consent import forbidden_by_environment
from analytics._outcome import Sent
from analytics._sender import Sender
from analytics._system import SYSTEM, Dirs, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._app import App
    from analytics._parcel import Parcel

_ACCEPTED = 200


class _Listener:
    """Takes every parcel, as a server would that says of batches what it said last."""

    def __init__(self, dirs: Dirs) -> None:
        self._servers = _servers.read(dirs)
        self.parcels: list[Parcel] = []

    def post(self, parcel: Parcel) -> Sent:
        self.parcels.append(parcel)
        server = self._servers.get(_servers.key_of(parcel.url))
        takes = server is not None and server.batches == _servers.TAKES_BATCHES
        return Sent(_ACCEPTED, takes_batches=takes)


def rehearse(dirs: Dirs, environ: Mapping[str, str], app: App, *, eager: bool = False) -> list[Parcel]:
    """Return what would be posted now, in order. Nothing is sent, and nothing of the spool is changed.

    Args:
        dirs: where things are kept.
        environ: the environment variables.
        app: the program that reports.
        eager: as ``analytics send`` does it: without waiting for a server's trouble to pass.

    Raises:
        OSError: the spool cannot be read, or there is no room for a copy.
    """
    if forbidden_by_environment(environ, app) or not os.path.isdir(dirs.spool):
        return []
    listener = _Listener(dirs)
    with tempfile.TemporaryDirectory(prefix="analytics-") as top:
        copy = _copied(dirs, Dirs(top, dirs.limit))
        Sender(copy, {}, listener, SYSTEM, eager=eager).run()
    return listener.parcels


def _copied(dirs: Dirs, copy: Dirs) -> Dirs:
    """Copy in the direction in which records move, so that none slips through between two files."""
    copy.make(copy.user)
    copy.make(copy.spool)
    first = [f"{dirs.spool}/current.jsonl", *listed(dirs.spool, "taken-")]
    rest = [path for path in listed(dirs.spool, "") if path not in first]
    for path in (dirs.choice, *first, *rest):
        with suppress(FileNotFoundError):
            shutil.copyfile(path, copy.top + path.removeprefix(dirs.top))
    return copy
