"""The program that reports: its name, what it may say, to whom, and where it keeps that.

`App` is any program; `TILT` is the one whose events this host sends, and the default everywhere.
"""

from __future__ import annotations

import os

from analytics._registry import (
    CHOICE,
    COUNT,
    EXTENSION,
    FLAG,
    FULL,
    GLOBAL_KEYS,
    NANOSECONDS,
    EventType,
    Key,
    Registry,
)
from analytics._system import DEFAULT_LIMIT, Dirs, home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CHARACTERS = _LETTERS + "0123456789-"


class App:
    """A program that reports usage.

    Its name comes before the names of its events (``acme.build``), is the name of its directory
    (``~/.local/state/acme``), and begins its environment variables:

    ``ACME_DISABLE_ANALYTICS``   any value switches analytics off, as do ``DO_NOT_TRACK`` and ``CI``
    ``ACME_ANALYTICS_URL``       where events go, instead of to *url*
    ``ACME_ANALYTICS_DIR``       where everything is kept
    ``ACME_ANALYTICS_HASH_KEY``  a team's key for identities
    ``ACME_ANALYTICS_MAX_BYTES`` how much may wait to be sent

    Attributes:
        name: the name.
        url: where events go if the environment does not say.
        registry: every event that may be sent.
        sends_origin: whether full events carry a digest of the git remote of the working directory.
    """

    __slots__ = ("_variables", "name", "registry", "sends_origin", "url")

    #: What a project's own setting is called in explanations; ``{}`` is True or False.
    setting = "says so"

    #: The variable that chooses Tilt's formulas for identities; "" where there is no such choice.
    scheme_variable = ""

    def __init__(
        self, name: str, *, url: str, events: Iterable[EventType] = (), git_origin: bool = False
    ) -> None:
        """Declare a program.

        Args:
            name: lower-case letters, digits and hyphens, a letter first.
            url: an ``https`` address that takes POSTs of one JSON object.
            events: what it may send, made with `analytics.registry`.
            git_origin: whether full events tell projects apart, by a digest of the git remote.

        Raises:
            ValueError: the name is no such name.
        """
        if not name or name[0] not in _LETTERS or name.strip(_CHARACTERS):
            raise ValueError(f"an app's name is lower-case letters, digits and hyphens, not {name!r}")
        self.name = name
        self.url = url
        self.sends_origin = git_origin
        keys = (key for key in GLOBAL_KEYS if git_origin or key.name != "git.origin")
        self.registry = Registry(tuple(events), tuple(keys))
        self._variables = name.upper().replace("-", "_")

    @property
    def prefix(self) -> str:
        """What the names of events begin with on the wire."""
        return f"{self.name}."

    @property
    def switches(self) -> tuple[str, ...]:
        """Variables that switch analytics off."""
        return (f"{self._variables}_DISABLE_ANALYTICS", "DO_NOT_TRACK", "CI")

    @property
    def hash_key_variable(self) -> str:
        """The variable that holds a team's key."""
        return f"{self._variables}_ANALYTICS_HASH_KEY"

    @property
    def limit_variable(self) -> str:
        """The variable that says how many bytes may wait to be sent."""
        return f"{self._variables}_ANALYTICS_MAX_BYTES"

    @property
    def url_variable(self) -> str:
        """The variable that says where events go."""
        return f"{self._variables}_ANALYTICS_URL"

    @property
    def directory_variables(self) -> tuple[str, ...]:
        """The variables that say where everything is kept; the first that is set decides."""
        return (f"{self._variables}_ANALYTICS_DIR",)

    def endpoint(self, environ: Mapping[str, str]) -> str:
        """Return the address that events are posted to."""
        return environ.get(self.url_variable) or self.url

    def top(self, environ: Mapping[str, str]) -> str:
        """Return the directory that everything is kept below; "" if there is no home."""
        chosen = (environ.get(name) for name in self.directory_variables)
        return next(filter(None, chosen), "") or self.usual_top(environ)

    def usual_top(self, environ: Mapping[str, str]) -> str:
        """Return that directory where no variable names another."""
        state = environ.get("XDG_STATE_HOME", "")
        if not os.path.isabs(state):  # as the XDG specification says
            own = home(environ)
            state = f"{own}/.local/state" if own else ""
        return f"{state}/{self.name}" if state else ""


#: Where Tilt sends its events.
DEFAULT_URL = "https://events.windmill.build/report"

#: Variables that name the directory, strongest first (wmclient, which Tilt uses, has the same three).
HOME_VARIABLES = ("TILT_DEV_DIR", "WMDAEMON_HOME", "WINDMILL_DIR")

#: Kinds of Kubernetes cluster by their names in Tilt.
CLUSTERS = frozenset(
    ("", "colima", "crc", "docker-desktop", "docker-for-desktop", "eks", "gke", "k3d", "kind", "kind-0.6+",
     "krucible", "microk8s", "minikube", "orbstack", "rancher-desktop", "unknown")
)  # fmt: skip

_ENV = Key("env", CHOICE, "the kind of cluster that the Tiltfile is loaded for", CLUSTERS)

EVENTS = (
    EventType(
        "cmd.up",
        FULL,
        "how often, and in which way, the command that goes on watching is used",
        (
            Key("watch", FLAG, "whether it goes on after the first load"),
            Key(
                "term_mode",
                CHOICE,
                "whether people or programs read what it prints: 2 on a terminal, else 3",
                frozenset("23"),
            ),
        ),
    ),
    EventType("cmd.<verb>", FULL, "which commands are used"),
    EventType(
        "tiltfile.loaded",
        FULL,
        "which built-ins and which of their parameters are used",
        (
            _ENV,
            Key("tiltfile.changed", FLAG, "whether the Tiltfile changed since the last load"),
            Key("allfiles.changed", FLAG, "whether any loaded file changed since the last load"),
            Key(
                "tiltfile.invoked.<builtin>",
                COUNT,
                "calls of a built-in; with .arg.<param>, how often that parameter was given",
            ),
        ),
    ),
    EventType(
        "tiltfile.load",
        FULL,
        "how long loading takes",
        (Key("duration", NANOSECONDS, "time that the load took"),),
    ),
    EventType(
        "tiltfile.loaded.plugin",
        FULL,
        "which extensions are used",
        (_ENV, Key("ext_name", EXTENSION, "the extension's name as the Tiltfile writes it")),
    ),
    EventType(
        "tiltfile.custom.report",
        FULL,
        "what the Tiltfile's author asks for with experimental_analytics_report",
        free_keys=True,
    ),
)


class Tilt(App):
    """Tilt has a directory of its own, a setting in the Tiltfile, and formulas for identities."""

    __slots__ = ()

    setting = "calls analytics_settings(enable={})"
    scheme_variable = "TILT_ANALYTICS_IDS"

    @property
    def directory_variables(self) -> tuple[str, ...]:
        """Tilt's own, and those of its older names."""
        return HOME_VARIABLES

    def usual_top(self, environ: Mapping[str, str]) -> str:
        """Return Tilt's directory, so that one choice serves both programs."""
        own = home(environ)
        if not own:
            return ""
        old = os.path.join(own, ".windmill")
        return old if os.path.exists(old) else os.path.join(own, ".tilt-dev")


TILT = Tilt("tilt", url=DEFAULT_URL, events=EVENTS, git_origin=True)


def locate(environ: Mapping[str, str], app: App = TILT) -> Dirs:
    """Return the directories of *app* that *environ* leads to. Looks, but creates nothing."""
    top = app.top(environ)
    try:
        return Dirs(os.path.abspath(top) if top else "", _limit(environ.get(app.limit_variable, "")))
    except OSError:  # a relative path, and the working directory is gone
        return Dirs("")


def _limit(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else DEFAULT_LIMIT
