"""A result as JSON, in the shape, field names and order of ``tilt alpha tiltfile-result`` 0.37.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tiltfile_ext.model.manifest import command_json, or_null
from tiltfile_ext.plugins.analytics import AnalyticsSettings
from tiltfile_ext.values.api_objects import ApiObjects
from tiltfile_ext.values.docker.registry import DefaultRegistry
from tiltfile_ext.values.features import Features
from tiltfile_ext.values.go.json import html_safe
from tiltfile_ext.values.json_indented import indented_json
from tiltfile_ext.values.secrets import Secrets
from tiltfile_ext.values.settings import (
    CISettings,
    DockerPruneSettings,
    Team,
    TelemetrySettings,
    UpdateSettings,
    VersionSettings,
    WatchSettings,
)

if TYPE_CHECKING:
    from tiltfile_ext.result import LoadResult

S = TypeVar("S")


def result_json(result: LoadResult) -> str:
    """The JSON text of a load that succeeded, indented by two spaces."""
    return go_json(result_fields(result)) + "\n"


def go_json(value: Any) -> str:
    """*value* as Go's encoder writes it: Unicode kept, ``<``, ``>``, ``&`` and bad bytes escaped."""
    return html_safe(indented_json(value))


def result_fields(result: LoadResult) -> dict[str, Any]:
    """The fields of the JSON."""
    enable = _state(result, AnalyticsSettings).enable
    telemetry = _state(result, TelemetrySettings)
    return {
        "Manifests": [manifest.json() for manifest in result.manifests],
        "EnabledManifests": or_null(result.enabled),
        "Tiltignore": result.tiltignore.json(),
        "ConfigFiles": or_null(result.config_files),
        "FeatureFlags": _state(result, Features).enabled,
        "TeamID": _state(result, Team).id,
        "TelemetrySettings": {
            "Cmd": command_json(telemetry.cmd.argv, telemetry.cmd.dir, telemetry.cmd.env),
            "Workdir": telemetry.directory,
            "Period": telemetry.period,
        },
        "Secrets": _state(result, Secrets).json(),
        "Error": None,
        "DockerPruneSettings": _state(result, DockerPruneSettings).json(),
        "AnalyticsOpt": 0 if enable is None else 2 if enable else 1,
        "VersionSettings": _state(result, VersionSettings).json(),
        "UpdateSettings": _state(result, UpdateSettings).json(),
        "WatchSettings": _state(result, WatchSettings).json(),
        "DefaultRegistry": _state(result, DefaultRegistry).json(),
        "ObjectSet": _state(result, ApiObjects).json(),
        "Hashes": {"TiltfileSHA256": result.hashes.tiltfile, "AllFilesSHA256": result.hashes.all_files},
        "CISettings": _state(result, CISettings).json(),
    }


def _state(result: LoadResult, kind: type[S]) -> S:
    """The state of a load, or a new one where no plugin of the load keeps it."""
    found = result.get(kind)
    return kind() if found is None else found
