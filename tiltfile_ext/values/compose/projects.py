"""Compose projects of a load, their services as resources, and what ``dc_resource`` says of them.

Light: the reader of compose files is in `values.compose`, and imported when there is one to read.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tiltfile_ext.starkit import BuiltinError, Data, field, quote
from tiltfile_ext.values.docker.image_ref import ImageRef
from tiltfile_ext.values.link import Link
from tiltfile_ext.values.resources import Resources
from tiltfile_ext.values.trigger_mode import TriggerModeValue

if TYPE_CHECKING:
    from tiltfile_ext.values.compose import ComposeService
    from tiltfile_ext.values.compose.cli import ComposeCommand

_KIND = "dc"


class ServiceOptions(Data, frozen=False, eq=False):
    """What ``dc_resource`` calls add up to for one service.

    Attributes:
        image: replaces the image that the service names.
        trigger_mode: None means the load's default.
        infer_links: whether published ports are links; None means yes.
        auto_init: None means yes.
    """

    image: ImageRef | None = None
    trigger_mode: TriggerModeValue | None = None
    infer_links: bool | None = None
    links: tuple[Link, ...] = ()
    labels: tuple[str, ...] = ()
    resource_deps: tuple[str, ...] = ()
    auto_init: bool | None = None


class ServiceResource(Data, frozen=False, eq=False):
    """A service as a resource.

    Attributes:
        name: of the resource; the service's, unless it was renamed.
        own_image: the image that the compose file names, or that Tilt makes up.
        dependencies: services of the project that it depends on, by the names of their resources.
        image_maps: the builds whose images it uses.
    """

    name: str
    service: ComposeService
    own_image: ImageRef
    options: ServiceOptions
    dependencies: set[str]
    image_maps: list[str] = field(factory=list)

    @property
    def image(self) -> ImageRef:
        """The image that the service runs."""
        return self.options.image or self.own_image


class ComposeProject(Data, frozen=False, eq=False):
    """A compose project, with all files that ``docker_compose`` calls name for it.

    Attributes:
        path: the directory that relative paths in the files start at.
        options: name of a resource -> what was said of it; kept when the project is read again.
        resources: by name, in the order of the project.
    """

    name: str
    path: str
    config_paths: tuple[str, ...]
    env_file: str = ""
    profiles: tuple[str, ...] = ()
    wait: bool = False
    options: dict[str, ServiceOptions] = field(factory=dict)
    resources: dict[str, ServiceResource] = field(factory=dict)

    def replace(self, made: list[ServiceResource], names: Resources) -> None:
        """Have the resources *made*, in place of those of an earlier reading.

        Raises:
            BuiltinError: one of the names is taken.
        """
        for name in self.resources:
            names.release(name)
        self.resources = {}
        for resource in made:
            names.claim(resource.name, _KIND)
            self.resources[resource.name] = resource

    def rename(self, old: str, new: str, names: Resources) -> None:
        """Give a resource another name, here and where others of the project depend on it.

        Raises:
            BuiltinError: the new name is taken.
        """
        names.claim(new, _KIND)
        names.release(old)
        self.resources = {new if name == old else name: resource for name, resource in self.resources.items()}
        self.resources[new].name = new
        if old in self.options:
            self.options[new] = self.options.pop(old)
        for resource in self.resources.values():
            if old in resource.dependencies:
                resource.dependencies = {new if name == old else name for name in resource.dependencies}
                deps = resource.options.resource_deps
                resource.options.resource_deps = tuple(new if name == old else name for name in deps)


class ComposeProjects:
    """The compose projects of one load, by name.

    Attributes:
        command: Docker Compose's program, once it was looked for.
    """

    def __init__(self) -> None:
        self.projects: dict[str, ComposeProject] = {}
        self.command: ComposeCommand | None = None
        self._directory = ""

    def __iter__(self) -> Iterator[ServiceResource]:
        return (made for project in self.projects.values() for made in project.resources.values())

    def find(self, name: str, project_name: str) -> tuple[ComposeProject, ServiceResource]:
        """The resource *name*, of the project *project_name* if that is not "".

        Raises:
            BuiltinError: there is none, with the names that there are.
        """
        projects = [p for p in self.projects.values() if project_name in ("", p.name)]
        for project in projects:
            if name in project.resources:
                return project, project.resources[name]
        known = "; ".join(known for project in projects for known in project.resources)
        raise BuiltinError(
            f"no Docker Compose service found with name {quote(name)}. Found these instead:\n\t{known}"
        )

    def store(self, text: str) -> str:
        """The path of a file with *text*, which lasts as long as the load's result.

        Raises:
            BuiltinError: it cannot be written.
        """
        import shutil
        import tempfile
        from hashlib import sha256

        data = text.encode("utf-8", "surrogateescape")
        try:
            if not self._directory:
                self._directory = tempfile.mkdtemp(prefix="tiltfile-")
                weakref.finalize(self, shutil.rmtree, self._directory, ignore_errors=True)
            path = os.path.join(self._directory, f"{sha256(data).hexdigest()}.yml")
            with open(path, "wb") as file:
                file.write(data)
        except OSError as error:
            raise BuiltinError(f"unable to store yaml blob: {error}") from None
        return path
