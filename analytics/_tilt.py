"""Tilt: the events that it sends, and where it keeps the user's choice."""

from __future__ import annotations

import os

from analytics._app import App
from analytics._home import home
from analytics._registry import (
    CHOICE,
    COUNT,
    EXTENSION,
    FLAG,
    FULL,
    NANOSECONDS,
    EventType,
    Key,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

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

    def top(self, environ: Mapping[str, str]) -> str:
        """Return Tilt's directory, so that one choice serves both programs."""
        for name in HOME_VARIABLES:
            if environ.get(name):
                return environ[name]
        own = home(environ)
        if not own:
            return ""
        old = os.path.join(own, ".windmill")
        return old if os.path.exists(old) else os.path.join(own, ".tilt-dev")


TILT = Tilt("tilt", url=DEFAULT_URL, events=EVENTS, git_origin=True)
