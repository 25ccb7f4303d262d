"""Report a load: which events it makes, and who may stop them.

The Tiltfile's word counts for the very load that says it. Tilt itself applies it only afterwards; here
``analytics_settings(enable=False)`` sends nothing of its own load, and ``enable=True`` sends all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from analytics import Opt
from tiltfile_ext.plugins.analytics import AnalyticsSettings
from tiltfile_ext.values.extensions.used import Extensions
from tiltfile_ext.values.k8s.settings import KubeSettings

if TYPE_CHECKING:
    from analytics import Decision
    from tiltfile_ext.result import Hashes, LoadResult

_NO_TAGS: Mapping[str, str] = {}


class Client(Protocol):
    """The part of `analytics.Client` that a report needs; `analytics.MemoryAnalytics` has it, too."""

    def incr(self, name: str, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Record that something happened."""

    def timer(self, name: str, duration_ns: int, tags: Mapping[str, str] = _NO_TAGS) -> None:
        """Record how long something took."""

    def settle(self, tiltfile: Opt = ..., where: str = "") -> Decision:
        """Take the Tiltfile's word."""

    def flush(self) -> None:
        """Hand over what was recorded."""


class Reporter:
    """Reports loads to *client*; remembers the last one, to tell what changed since."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._previous: Hashes | None = None

    def report(self, result: LoadResult) -> Decision:
        """Record the events of *result*, and send what its Tiltfile, the user and the environment permit."""
        settings = result.get(AnalyticsSettings, AnalyticsSettings())
        previous, self._previous = self._previous, result.hashes
        if result.began:
            self._record(result, settings, previous)
        decision = self._client.settle(_opt(settings.enable), str(settings.where or ""))
        self._client.flush()
        return decision

    def _record(self, result: LoadResult, settings: AnalyticsSettings, previous: Hashes | None) -> None:
        kube = result.get(KubeSettings, None)
        env = kube.current.env_tag if kube else ""
        self._client.incr("tiltfile.loaded", {"env": env, **_changed(previous, result.hashes), **result.tags})
        self._client.timer("tiltfile.load", result.duration_ns)
        for module in result.get(Extensions, Extensions()).modules:
            self._client.incr("tiltfile.loaded.plugin", {"env": env, "ext_name": module})
        if settings.custom_tags:
            self._client.incr("tiltfile.custom.report", settings.custom_tags)


def _opt(enable: bool | None) -> Opt:
    if enable is None:
        return Opt.DEFAULT
    return Opt.IN if enable else Opt.OUT


def _changed(previous: Hashes | None, now: Hashes) -> dict[str, str]:
    """Whether the files differ from the load before in this process; "false" where there was none."""
    main = bool(previous and previous.tiltfile and previous.tiltfile != now.tiltfile)
    every = bool(previous and previous.all_files and previous.all_files != now.all_files)
    return {"tiltfile.changed": str(main).lower(), "allfiles.changed": str(every).lower()}
