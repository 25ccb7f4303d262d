"""A service of a project, as resources are made of it."""

from __future__ import annotations

import re

from tiltfile_ext.starkit import Data
from tiltfile_ext.values.compose.kinds import Fields
from tiltfile_ext.values.compose.yaml_out import write_service


class ComposeService(Data):
    """One service, complete.

    Attributes:
        fields: its final fields, in the order that they are written in.
    """

    name: str
    fields: Fields

    @property
    def image(self) -> str:
        """The image that it names; "" if it names none."""
        return str(self.fields.get("image", ""))

    @property
    def build(self) -> tuple[str, str] | None:
        """The context and the Dockerfile that the service is built from, if it is."""
        build = self.fields.get("build")
        if not build or not build.get("context"):
            return None
        return build["context"], build.get("dockerfile", "")

    @property
    def dependencies(self) -> tuple[str, ...]:
        """Services that must be there before, sorted."""
        return tuple(sorted(self.fields.get("depends_on", {})))

    @property
    def mounted(self) -> tuple[str, ...]:
        """The sources of its mounts, "" where one has none."""
        return tuple(mount.get("source", "") for mount in self.fields.get("volumes", ()))

    @property
    def env_files(self) -> tuple[str, ...]:
        """The files that its variables come from."""
        return tuple(file.get("path", "") for file in self.fields.get("env_file", ()))

    @property
    def published_ports(self) -> tuple[int, ...]:
        """Ports of this machine that lead to it; ranges do not count."""
        published = (port.get("published", "") for port in self.fields.get("ports", ()))
        return tuple(int(port) for port in published if re.fullmatch("[-+]?[0-9]+", port) and int(port))

    @property
    def yaml(self) -> str:
        """The service as Tilt writes it."""
        return write_service(self.fields)
