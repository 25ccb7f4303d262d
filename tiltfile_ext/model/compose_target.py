"""A service of a compose project as a deploy target."""

from typing import Any

from tiltfile_ext.model.local_target import link_json
from tiltfile_ext.model.manifest import or_null, without_empty
from tiltfile_ext.starkit import Data
from tiltfile_ext.values.compose.projects import ComposeProject, ServiceResource


class ComposeTarget(Data, eq=False):
    """What `docker_compose` and `dc_resource` asked for.

    Attributes:
        image_maps: names of the builds whose images the service runs.
    """

    project: ComposeProject
    resource: ServiceResource
    image_maps: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Always "dc"."""
        return "dc"

    @property
    def published_ports(self) -> tuple[int, ...]:
        """Ports of this machine that become links, unless ``infer_links`` is False."""
        return () if self.resource.options.infer_links is False else self.resource.service.published_ports

    def json(self) -> dict[str, Any]:
        """The target in Tilt's field names and order."""
        spec: dict[str, Any] = {"service": self.resource.service.name, "project": self._project_json()}
        if self.image_maps:
            spec["imageMaps"] = list(dict.fromkeys(self.image_maps))
        return {
            "Spec": spec,
            "Name": self.resource.name,
            "ServiceYAML": self.resource.service.yaml,
            "Links": or_null(map(link_json, self.resource.options.links)),
        }

    def _project_json(self) -> dict[str, Any]:
        project = self.project
        return without_empty(
            {
                "configPaths": list(project.config_paths),
                "projectPath": project.path,
                "name": project.name,
                "envFile": project.env_file,
                "profiles": list(project.profiles),
                "wait": project.wait,
            }
        )
