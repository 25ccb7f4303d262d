"""A local resource as a deploy target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tiltfile_ext.model.ignore import Ignore, ignores_json
from tiltfile_ext.model.manifest import command_json, without_empty
from tiltfile_ext.starkit import Data

if TYPE_CHECKING:
    from tiltfile_ext.values.link import Link
    from tiltfile_ext.values.probe import Probe
    from tiltfile_ext.values.resources import LocalResource


class LocalTarget(Data):
    """What `local_resource` asked for, and the files whose changes do not count."""

    resource: LocalResource
    ignores: tuple[Ignore, ...] = ()

    @property
    def kind(self) -> str:
        """Always "local"."""
        return "local"

    def __str__(self) -> str:
        """The target as Go prints a struct, for messages; a pointer is an address, here any."""
        made = self.resource
        links = " ".join(f"{{URL:{link.url} Name:{link.name}}}" for link in made.links)
        ignores = " ".join(map(str, self.ignores))
        return (
            f"{{UpdateCmdSpec:{_pointer(made.cmd)} Name:{made.name} ServeCmd:{made.serve_cmd} "
            f"Links:[{links}] Deps:[{' '.join(made.deps or ())}] FileWatchIgnores:[{ignores}] "
            f"AllowParallel:{str(self.json()['AllowParallel']).lower()} "
            f"ReadinessProbe:{_pointer(made.readiness_probe)} ServeCmdDisableSource:<nil>}}"
        )

    def json(self) -> dict[str, Any]:
        """The target in Tilt's field names and order."""
        made = self.resource
        return {
            "UpdateCmdSpec": _cmd_spec(made),
            "Name": made.name,
            "ServeCmd": command_json(made.serve_cmd.argv, made.serve_cmd.dir, made.serve_cmd.env),
            "Links": [link_json(link) for link in made.links] or None,
            "Deps": None if made.deps is None else list(made.deps),
            "FileWatchIgnores": ignores_json(self.ignores),
            "AllowParallel": made.allow_parallel or not made.cmd,
            "ReadinessProbe": made.readiness_probe and probe_json(made.readiness_probe),
            "ServeCmdDisableSource": None,
        }


def _pointer(value: object) -> str:
    return "0xc000000000" if value else "<nil>"


def _cmd_spec(made: LocalResource) -> dict[str, Any] | None:
    cmd = made.cmd
    if not cmd:
        return None
    fields: dict[str, Any] = {"args": list(cmd.argv)}
    if cmd.dir:
        fields["dir"] = cmd.dir
    if cmd.env:
        fields["env"] = list(cmd.env)
    return fields


def link_json(link: Link) -> dict[str, Any]:
    """A link in Tilt's form: Go's parsed URL, and the name."""
    return {"URL": link.parsed.go_fields(), "Name": link.name}


def probe_json(probe: Probe) -> dict[str, Any]:
    """A probe in the form of the Kubernetes API."""
    run, http, tcp = probe.exec, probe.http_get, probe.tcp_socket
    # an action that is there is written even if its command is empty
    action = {} if run is None else {"exec": without_empty({"command": list(run.command)})}
    return action | without_empty(
        {
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
