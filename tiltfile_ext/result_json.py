"""A result as JSON, in the shape, field names and order of ``tilt alpha tiltfile-result`` 0.37.6."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tiltfile_ext.model.manifest import command_json, or_null
from tiltfile_ext.plugins.analytics import AnalyticsSettings

if TYPE_CHECKING:
    from tiltfile_ext.result import LoadResult

_MINUTE = 60 * 10**9


def result_json(result: LoadResult) -> str:
    """The JSON text of a load that succeeded, indented by two spaces."""
    return go_json(result_fields(result)) + "\n"


def go_json(value: Any) -> str:
    """*value* as Go's encoder writes it: Unicode kept, ``<``, ``>`` and ``&`` escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    for char, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(char, escape)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def result_fields(result: LoadResult) -> dict[str, Any]:
    """The fields of the JSON."""
    enable = result.get(AnalyticsSettings, AnalyticsSettings()).enable
    return {
        "Manifests": or_null(manifest.json() for manifest in result.manifests),
        "EnabledManifests": or_null(result.enabled),
        "Tiltignore": {"LocalPath": "", "Source": "", "Patterns": None},
        "ConfigFiles": or_null(result.config_files),
        "FeatureFlags": {},
        "TeamID": "",
        "TelemetrySettings": {"Cmd": command_json((), "", ()), "Workdir": "", "Period": _MINUTE},
        "Secrets": {},
        "Error": None,
        "DockerPruneSettings": {
            "Enabled": True,
            "MaxAge": 360 * _MINUTE,
            "NumBuilds": 0,
            "Interval": 60 * _MINUTE,
            "KeepRecent": 2,
        },
        "AnalyticsOpt": 0 if enable is None else 2 if enable else 1,
        "VersionSettings": {"CheckUpdates": True},
        "UpdateSettings": {"SuppressUnusedImageWarnings": None},
        "WatchSettings": {"Ignores": None},
        "DefaultRegistry": None,
        "ObjectSet": {},
        "Hashes": {"TiltfileSHA256": result.hashes.tiltfile, "AllFilesSHA256": result.hashes.all_files},
        "CISettings": {"timeout": "30m0s", "readinessTimeout": "5m0s"},
    }
