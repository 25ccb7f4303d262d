"""What follows from a choice: what waits goes, or the yes is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics import _outbox
from analytics._client import Client
from analytics._consent import Opt, UserChoice, decide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._app import App
    from analytics._system import Dirs


def carry_out(
    dirs: Dirs, environ: Mapping[str, str], app: App, opt: Opt, before: Opt, *, version: str
) -> None:
    """Do what follows from *opt*, which has just been written.

    A no throws away what was not sent. A yes is reported, as Tilt does, without identity, when it is news
    and the environment permits it.

    Raises:
        OSError: something cannot be thrown away.
    """
    if opt is Opt.OUT:
        _outbox.purge(dirs)
    elif (
        opt is Opt.IN
        and before is not Opt.IN
        and decide(environ, user=UserChoice(opt), app=app).opt is Opt.IN
    ):
        client = Client.open(version=version, subcommand="analytics", environ=environ, app=app)
        client.record_opt_in()
        client.settle()
        client.flush()
