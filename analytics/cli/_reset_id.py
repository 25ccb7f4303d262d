"""``analytics reset-id``: become somebody new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics import _identity, _outbox, _secret
from analytics._system import remove
from analytics._words import plural
from analytics.cli._console import reason

if TYPE_CHECKING:
    import argparse

    from analytics.cli._console import Console

SUMMARY = "make a new random secret: from now on, other identities, unrelated to the old ones"
EXAMPLES = {
    "reset-id": "become somebody new",
}
FAILURE = "the secret cannot be written"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def run(_arguments: argparse.Namespace, console: Console) -> int:
    """Replace the secret. What waits has the old identities in it, and goes."""
    dirs = console.dirs
    try:
        had = _secret.replace(dirs)
        remove(dirs.answers)
        waited = len(_outbox.waiting(dirs))
        _outbox.purge(dirs)
    except OSError as error:
        return console.fail(f"cannot write to {error.filename or dirs.user}: {reason(error)}")
    if not had:
        console.say("there is no identity yet; one is made when the first event may be sent")
        return 0
    console.say("new identities from now on; the old ones cannot be made again")
    if waited:
        console.say(f"{plural(waited, 'event')} thrown away that had the old ones and were not sent")
    _say_what_it_does_not_change(console)
    return 0


def _say_what_it_does_not_change(console: Console) -> None:
    scheme = _identity.scheme(console.environ, console.app)
    if scheme == _identity.TEAM:
        console.say(f"but your team's {console.app.hash_key_variable} is set, and decides as long as it is")
    elif scheme == _identity.TILT:
        console.say(f"but {console.app.scheme_variable}=tilt is set, and decides as long as it is")
    console.say(
        f"the record of what was sent still has the old ones; `{console.prog} forget --log` removes it"
    )
