"""Settings of a load: frozen values that built-ins replace, with Tilt 0.37.6's defaults.

Durations are in nanoseconds. Each gives its JSON in Tilt's field names and order.
"""

from __future__ import annotations

from typing import Any

from tiltfile_ext.starkit import Data
from tiltfile_ext.values.commands import NO_COMMAND, Command
from tiltfile_ext.values.go.durations import format_duration
from tiltfile_ext.values.ignores import Ignores

SECOND = 10**9
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


class UpdateSettings(Data):
    """How resources are updated.

    Attributes:
        server_side_apply: "true", "false" or "auto".
        suppressed_images: images that may be built without being used; "*" stands for all.
    """

    max_parallel: int = 3
    k8s_upsert_timeout_secs: int = 30
    server_side_apply: str = "auto"
    suppressed_images: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """Only what Tilt shows of it."""
        return {"SuppressUnusedImageWarnings": list(self.suppressed_images) or None}


class CISettings(Data):
    """When ``ci`` gives up; a grace period of None means at the first failure."""

    k8s_grace_period: int | None = None
    timeout: int = 30 * MINUTE
    readiness_timeout: int = 5 * MINUTE

    def json(self) -> dict[str, str]:
        """Durations as text."""
        fields = {
            "k8sGracePeriod": self.k8s_grace_period,
            "timeout": self.timeout,
            "readinessTimeout": self.readiness_timeout,
        }
        return {name: format_duration(value) for name, value in fields.items() if value is not None}


class WatchSettings(Data):
    """Files whose changes do not matter to any resource."""

    ignores: tuple[Ignores, ...] = ()

    def json(self) -> dict[str, Any]:
        """All ignored patterns, a call of the built-in each."""
        return {"Ignores": [ignores.json() for ignores in self.ignores] or None}


class DockerPruneSettings(Data):
    """When old images are removed: those older than *max_age*, every *num_builds* builds or *interval*."""

    enabled: bool = True
    max_age: int = 6 * HOUR
    num_builds: int = 0
    interval: int = HOUR
    keep_recent: int = 2

    def json(self) -> dict[str, Any]:
        """Every field."""
        return {
            "Enabled": self.enabled,
            "MaxAge": self.max_age,
            "NumBuilds": self.num_builds,
            "Interval": self.interval,
            "KeepRecent": self.keep_recent,
        }


class VersionSettings(Data):
    """Whether Tilt tells of newer versions."""

    check_updates: bool = True

    def json(self) -> dict[str, bool]:
        """The only field."""
        return {"CheckUpdates": self.check_updates}


class TelemetrySettings(Data):
    """The program that takes traces, where it runs, and how often."""

    cmd: Command = NO_COMMAND
    directory: str = ""
    period: int = 60 * SECOND


class Team(Data):
    """The team of the Tiltfile, "" for none."""

    id: str = ""
