"""A Kubernetes resource as a deploy target: YAML to apply, or commands that do it."""

import time
from collections.abc import Mapping
from typing import Any

from tiltfile_ext.model.ignore import Ignore, ignores_json
from tiltfile_ext.model.local_target import link_json
from tiltfile_ext.model.manifest import or_null, without_empty
from tiltfile_ext.starkit import BuiltinError, Data, field
from tiltfile_ext.values.commands import Command
from tiltfile_ext.values.go.durations import format_duration
from tiltfile_ext.values.k8s.object import K8sObject, spec_yaml
from tiltfile_ext.values.k8s.port_forward import PortForward
from tiltfile_ext.values.k8s.resources import CustomDeploy
from tiltfile_ext.values.k8s.state import ImageLocator
from tiltfile_ext.values.link import Link
from tiltfile_ext.values.names import object_name

#: containers of service meshes, whose logs nobody asks for
_IGNORED_CONTAINERS = ("istio-init", "istio-proxy", "linkerd-proxy", "linkerd-init")
_SECOND = 10**9


class K8sTarget(Data, eq=False):
    """What `k8s_yaml`, `k8s_resource` and `k8s_custom_deploy` asked for.

    Attributes:
        objects: in the order to apply them in; none where there is a *custom_deploy*.
        images: names of the builds whose images go into the objects.
        image_counts: reference -> how often the objects name it; only shown in messages.
        timeout_secs: how long to wait for the cluster to take the objects.
        server_side_apply: whether the cluster merges the objects.
    """

    name: str
    objects: tuple[K8sObject, ...] = ()
    custom_deploy: CustomDeploy | None = None
    ignores: tuple[Ignore, ...] = ()
    images: tuple[str, ...] = ()
    image_counts: Mapping[str, int] = field(factory=dict)
    locators: tuple[ImageLocator, ...] = ()
    port_forwards: tuple[PortForward, ...] = ()
    extra_pod_selectors: tuple[Mapping[str, str], ...] = ()
    discovery_strategy: str = ""
    pod_readiness: str = "wait"
    links: tuple[Link, ...] = ()
    timeout_secs: int = 30
    server_side_apply: bool = False

    @property
    def kind(self) -> str:
        """Always "k8s"."""
        return "k8s"

    @property
    def yaml(self) -> str:
        """The objects as YAML."""
        return spec_yaml(self.objects)

    def __str__(self) -> str:
        """The target as Go prints a struct, for messages; a pointer is an address, here any."""
        deploy = self.custom_deploy
        counts = " ".join(f"{ref}:{count}" for ref, count in sorted(self.image_counts.items()))
        return (
            f"{{KubernetesApplySpec:{{YAML:{self.yaml} ImageMaps:[{' '.join(self.images)}] "
            f"ImageLocators:[{' '.join(str(locator.json()) for locator in self.locators)}] "
            f"Timeout:{{Duration:{format_duration(self.timeout_secs * _SECOND)}}} "
            f"KubernetesDiscoveryTemplateSpec:{_pointer(self.extra_pod_selectors)} "
            f"PortForwardTemplateSpec:{_pointer(self.port_forwards)} "
            f"PodLogStreamTemplateSpec:{_pointer(self)} DiscoveryStrategy:{self.discovery_strategy} "
            f"DisableSource:<nil> ApplyCmd:{_pointer(deploy)} RestartOn:{_pointer(deploy)} "
            f"DeleteCmd:{_pointer(deploy)} Cluster:default "
            f"ServerSideApply:{str(self.server_side_apply).lower()}}} Name:{self.name} "
            f"PodReadinessMode:{self.pod_readiness} refInjectCounts:map[{counts}] "
            f"Links:[{' '.join(f'{{URL:{link.url} Name:{link.name}}}' for link in self.links)}] "
            f"pathDependencies:[{' '.join(deploy.deps if deploy else ())}] "
            f"FileWatchIgnores:[{' '.join(str(ignore.json()) for ignore in self.ignores)}]}}"
        )

    def json(self) -> dict[str, Any]:
        """The target in Tilt's field names and order."""
        deploy = self.custom_deploy
        return {
            **without_empty(
                {
                    "yaml": self.yaml,
                    "imageMaps": list(self.images),
                    "imageLocators": [locator.json() for locator in self.locators],
                }
            ),
            "timeout": format_duration(self.timeout_secs * _SECOND),
            **without_empty(
                {
                    "kubernetesDiscoveryTemplateSpec": self._discovery(),
                    "portForwardTemplateSpec": self._forwards(),
                    "podLogStreamTemplateSpec": _pod_logs(),
                    "discoveryStrategy": self.discovery_strategy,
                    "applyCmd": deploy and _command_json(deploy.apply),
                    "restartOn": deploy and {"fileWatches": [object_name(f"{self.name}:apply")]},
                    "deleteCmd": deploy and _command_json(deploy.delete),
                    "cluster": "default",
                    "serverSideApply": self.server_side_apply,
                }
            ),
            "Name": self.name,
            "PodReadinessMode": self.pod_readiness,
            "Links": or_null(map(link_json, self.links)),
            "FileWatchIgnores": ignores_json(self.ignores),
        }

    def _discovery(self) -> dict[str, Any]:
        selectors = [{"matchLabels": dict(sorted(labels.items()))} for labels in self.extra_pod_selectors]
        return without_empty({"extraSelectors": selectors})

    def _forwards(self) -> dict[str, Any]:
        return without_empty({"forwards": [forward.json() for forward in self.port_forwards]})

    def check(self) -> None:
        """Accept the target.

        Raises:
            BuiltinError: it has no name.
        """
        if not self.name:
            raise BuiltinError(f"[Validate] K8s resources missing name:\n{self.yaml}")


def _pointer(value: object) -> str:
    return "0xc000000000" if value else "<nil>"


def _pod_logs() -> dict[str, Any]:
    return {
        "sinceTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "ignoreContainers": list(_IGNORED_CONTAINERS),
    }


def _command_json(command: Command) -> dict[str, Any]:
    return {"args": list(command.argv), "dir": command.dir, "env": or_null(command.env)}
