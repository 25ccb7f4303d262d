"""Where things are kept: Tilt's own directory, so that one choice serves both programs."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

#: Variables that name the directory, strongest first (wmclient, which Tilt uses, has the same three).
HOME_VARIABLES = ("TILT_DEV_DIR", "WMDAEMON_HOME", "WINDMILL_DIR")

#: How many bytes may wait to be sent; above it, the oldest go.
LIMIT_VARIABLE = "TILT_ANALYTICS_MAX_BYTES"
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


def locate(environ: Mapping[str, str]) -> Dirs:
    """Return the directories that *environ* leads to. Looks, but creates nothing."""
    top = _top(environ)
    try:
        return Dirs(os.path.abspath(top) if top else "", _limit(environ))
    except OSError:  # a relative path, and the working directory is gone
        return Dirs("")


def _limit(environ: Mapping[str, str]) -> int:
    text = environ.get(LIMIT_VARIABLE, "")
    return int(text) if text.isascii() and text.isdigit() else DEFAULT_LIMIT


def _top(environ: Mapping[str, str]) -> str:
    for name in HOME_VARIABLES:
        if environ.get(name):
            return environ[name]
    home = environ.get("HOME") or _home_of_record()
    if not home:
        return ""
    old = os.path.join(home, ".windmill")
    return old if os.path.exists(old) else os.path.join(home, ".tilt-dev")


def _home_of_record() -> str:
    """Return the home directory that the system has on record; "" if it has none."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_dir
    except (ImportError, KeyError, AttributeError):
        return ""
