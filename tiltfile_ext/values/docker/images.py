"""Image builds: what a Tiltfile says about how images come about, and who uses them.

Kubernetes objects, compose services, Dockerfiles and other builds use images by reference; `Images.match`
finds the build that stands for one. Rules: Tilt 0.37.6.
"""

from __future__ import annotations

from collections.abc import Iterator

from tiltfile_ext.starkit import BuiltinError, Data, field, quote
from tiltfile_ext.values.commands import NO_COMMAND, Command
from tiltfile_ext.values.docker.image_ref import ImageRef, ImageSelector
from tiltfile_ext.values.docker.live_update import NO_LIVE_UPDATE, LiveUpdate
from tiltfile_ext.values.names import object_name


class DockerRecipe(Data, eq=False):
    """Build with Docker, from a Dockerfile's text.

    ``args`` are "NAME=value", or "NAME" for one that the environment gives; sorted.
    """

    context: str
    dockerfile_path: str
    dockerfile: str
    args: tuple[str, ...] = ()
    target: str = ""
    ssh: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    network: str = ""
    pull: bool = False
    cache_from: tuple[str, ...] = ()
    platform: str = ""
    extra_tags: tuple[str, ...] = ()
    extra_hosts: tuple[str, ...] = ()


class CommandRecipe(Data, eq=False):
    """Build with a command of the author's own.

    ``deps`` are the paths that it depends on; None and none are the same but for the JSON.
    """

    command: Command
    deps: tuple[str, ...] | None = None
    tag: str = ""
    outputs_image_ref_to: str = ""
    disable_push: bool = False
    skips_local_docker: bool = False
    image_deps: tuple[ImageRef, ...] = ()


class ComposeRecipe(Data, eq=False):
    """Let Docker Compose build the image of a service; ``context`` is "" where it is no path.

    ``volumes`` are the local paths that the service mounts.
    """

    service: str
    context: str
    dockerfile_path: str
    volumes: tuple[str, ...] = ()


Recipe = DockerRecipe | CommandRecipe | ComposeRecipe


class ImageBuild(Data, frozen=False, eq=False):
    """One image build, as its built-in described it; what assembly learns is added to it.

    Attributes:
        selector: the images that the build stands for.
        recipe: how the image is built.
        tiltfile: the file that asked for the build, which is never part of it; "" for none.
        entrypoint: replaces the image's own, where not empty.
        container_args: replaces the container's arguments, where not None.
        needs: `image_map` of the builds that this one needs first, in the order found.
        used: whether anything uses the image.
    """

    selector: ImageSelector
    recipe: Recipe
    tiltfile: str = ""
    live_update: LiveUpdate = NO_LIVE_UPDATE
    match_in_env_vars: bool = False
    ignores: tuple[str, ...] = ()
    onlys: tuple[str, ...] = ()
    entrypoint: Command = NO_COMMAND
    container_args: tuple[str, ...] | None = None
    needs: list[str] = field(factory=list)
    used: bool = False

    @property
    def familiar(self) -> str:
        """The reference as people write it."""
        return self.selector.ref.familiar

    @property
    def image_map(self) -> str:
        """The name of the API object that hands the built image to those who deploy it."""
        return object_name(self.familiar)


class Images:
    """The image builds of one load, in the order made.

    Attributes:
        wanted: familiar names that anything asked for, with a build or without, in that order.
    """

    def __init__(self) -> None:
        self._builds: list[ImageBuild] = []
        self._by_ref: dict[str, ImageBuild] = {}
        self._by_name: dict[str, list[ImageBuild]] = {}
        self._by_image_map: dict[str, ImageBuild] = {}
        self.wanted: dict[str, None] = {}

    def __iter__(self) -> Iterator[ImageBuild]:
        return iter(tuple(self._builds))

    def add(self, build: ImageBuild) -> None:
        """Keep *build*. Two builds of one name each stand for their very reference only.

        Raises:
            BuiltinError: there is a build of that reference already.
        """
        ref = build.selector.ref
        if str(ref) in self._by_ref:
            raise BuiltinError(f"Image for ref {quote(ref.familiar)} has already been defined")
        namesakes = self._by_name.setdefault(ref.name, [])
        for other in [build, *namesakes] if namesakes else []:
            other.selector = other.selector.exactly()
        namesakes.append(build)
        self._by_ref[str(ref)] = build
        self._by_image_map[build.image_map] = build
        self._builds.append(build)

    def match(self, ref: ImageRef) -> ImageBuild | None:
        """The first build that stands for *ref*, which is used from now on."""
        self.wanted[ref.familiar_name] = None
        for build in self._by_name.get(ref.name, ()):
            if build.selector.matches(ref):
                build.used = True
                return build
        return None

    def by_image_map(self, name: str) -> ImageBuild:
        """The build whose `ImageBuild.image_map` is *name*."""
        return self._by_image_map[name]

    def in_env_vars(self) -> tuple[ImageSelector, ...]:
        """The images to look for in environment variables of containers."""
        return tuple(build.selector for build in self._builds if build.match_in_env_vars)
