"""Where things are kept."""

from __future__ import annotations

import os

from analytics._tilt import TILT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._app import App

#: How many bytes may wait to be sent; above it, the oldest go.
DEFAULT_LIMIT = 5 * 1024 * 1024

PRIVATE_DIR = 0o700
PUBLIC_DIR = 0o755


class Dirs:
    """The paths of one user's analytics files, all below *top* ("" if there is no home at all).

    ``limit`` is how many bytes may wait to be sent.
    """

    __slots__ = ("analytics", "limit", "spool", "top", "user")

    def __init__(self, top: str, limit: int = DEFAULT_LIMIT) -> None:
        self.top = top
        self.limit = limit
        self.analytics = f"{top}/analytics"
        self.user = f"{top}/analytics/user"
        self.spool = f"{top}/analytics/spool"

    @property
    def choice(self) -> str:
        """The user's choice: Tilt's file, in Tilt's format."""
        return f"{self.user}/choice.txt"

    @property
    def secret(self) -> str:
        """The random key under which this user's identities are made."""
        return f"{self.user}/identity.key"

    @property
    def nudge(self) -> str:
        """The day on which the nudge was last shown."""
        return f"{self.user}/nudged.txt"

    @property
    def noticed(self) -> str:
        """Whom the user was told of that turned reporting on."""
        return f"{self.user}/noticed.txt"

    @property
    def answers(self) -> str:
        """Digests of what programs such as git answered, so that they need not be asked each time."""
        return f"{self.user}/answers.txt"

    @property
    def servers(self) -> str:
        """What is known of the addresses that events go to."""
        return f"{self.spool}/servers.txt"

    @property
    def drops(self) -> str:
        """How many events were lost on this side, until that is reported."""
        return f"{self.spool}/drops.jsonl"

    @property
    def sender_lock(self) -> str:
        """What the sender locks. Empty; it stays when the sender goes."""
        return f"{self.spool}/sender.lock"

    @property
    def ledger(self) -> str:
        """Everything that was ever sent."""
        return f"{self.analytics}/ledger.jsonl"

    def make(self, directory: str) -> None:
        """Create *directory*, one of ours, and those above it, with Tilt's modes.

        Raises:
            OSError: it cannot be created.
        """
        if not self.top:
            raise FileNotFoundError("no home directory: HOME is not set")
        os.makedirs(self.top, PUBLIC_DIR, exist_ok=True)
        for path in (self.analytics, directory):
            try:
                os.mkdir(path, PRIVATE_DIR)
            except FileExistsError:
                if not os.path.isdir(path):
                    raise


def locate(environ: Mapping[str, str], app: App = TILT) -> Dirs:
    """Return the directories of *app* that *environ* leads to. Looks, but creates nothing."""
    top = app.top(environ)
    try:
        return Dirs(os.path.abspath(top) if top else "", _limit(environ.get(app.limit_variable, "")))
    except OSError:  # a relative path, and the working directory is gone
        return Dirs("")


def _limit(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else DEFAULT_LIMIT
