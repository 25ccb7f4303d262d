"""A local resource as a deploy target."""

from typing import Any

import attrs

from tiltfile_ext.model.manifest import command_json, or_null, without_empty
from tiltfile_ext.values.link import Link
from tiltfile_ext.values.probe import Probe
from tiltfile_ext.values.resources import LocalResource


@attrs.frozen
class LocalTarget:
    """What `local_resource` asked for."""

    resource: LocalResource

    @property
    def kind(self) -> str:
        """Always "local"."""
        return "local"

    def json(self) -> dict[str, Any]:
        """The target in Tilt's field names and order."""
        made = self.resource
        return {
            "UpdateCmdSpec": _cmd_spec(made),
            "Name": made.name,
            "ServeCmd": command_json(made.serve_cmd.argv, made.serve_cmd.dir, made.serve_cmd.env),
            "Links": or_null(map(link_json, made.links)),
            "Deps": or_null(made.deps),
            "FileWatchIgnores": _ignores(made),
            "AllowParallel": made.allow_parallel,
            "ReadinessProbe": made.readiness_probe and probe_json(made.readiness_probe),
            "ServeCmdDisableSource": None,
        }


def _cmd_spec(made: LocalResource) -> dict[str, Any] | None:
    if not made.cmd:
        return None
    return without_empty({"args": list(made.cmd.argv), "dir": made.cmd.dir, "env": list(made.cmd.env)})


def _ignores(made: LocalResource) -> list[dict[str, Any]] | None:
    if not made.ignore:
        return None
    return [{"basePath": made.directory, "patterns": list(made.ignore)}]


def link_json(link: Link) -> dict[str, Any]:
    """A link in Tilt's form: Go's parsed URL, and the name."""
    return {"URL": link.parsed.go_fields(), "Name": link.name}


def probe_json(probe: Probe) -> dict[str, Any]:
    """A probe in the form of the Kubernetes API."""
    http, tcp = probe.http_get, probe.tcp_socket
    return without_empty(
        {
            "exec": probe.exec and {"command": list(probe.exec.command)},
            "httpGet": http
            and {
                **without_empty({"path": http.path}),
                "port": http.port,
                **without_empty({"host": http.host, "scheme": http.scheme.upper()}),
            },
            "tcpSocket": tcp and {"port": tcp.port, **without_empty({"host": tcp.host})},
            "initialDelaySeconds": probe.initial_delay_secs,
            "timeoutSeconds": probe.timeout_secs,
            "periodSeconds": probe.period_secs,
            "successThreshold": probe.success_threshold,
            "failureThreshold": probe.failure_threshold,
        }
    )
