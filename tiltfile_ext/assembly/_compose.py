"""Compose services: which image builds they use, and their manifests."""

from collections.abc import Iterator

from tiltfile_ext.assembly._image_targets import image_targets_for
from tiltfile_ext.model.image_target import deployed_image_maps
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import BuiltinError, Thread
from tiltfile_ext.values.compose.projects import ComposeProject, ComposeProjects, ServiceResource
from tiltfile_ext.values.docker.image_ref import ImageSelector
from tiltfile_ext.values.docker.images import ComposeRecipe, ImageBuild, Images
from tiltfile_ext.values.docker.registry import DefaultRegistry
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.resources import Resources, label_map
from tiltfile_ext.values.trigger_mode import effective

_DOCKERFILE = "Dockerfile"


def service_count(thread: Thread) -> int:
    """How many compose services there are."""
    return sum(1 for _ in thread.state(ComposeProjects))


def link_service_images(thread: Thread) -> None:
    """Find the image builds that services use; a service that only compose can build gets one.

    Raises:
        BuiltinError: there is a default registry, which compose cannot push to.
    """
    if service_count(thread) and thread.state(DefaultRegistry):
        raise BuiltinError("default_registry is not supported with docker compose")
    images = thread.state(Images)
    for resource in thread.state(ComposeProjects):
        build = images.match(resource.image) or _added(images, resource)
        if build is not None:
            resource.image_maps.append(build.image_map)


def _added(images: Images, resource: ServiceResource) -> ImageBuild | None:
    """A new build of the service's image by compose; None where the service is not built."""
    if resource.service.build is None:
        return None
    context, dockerfile = resource.service.build
    directory = context if context.startswith("/") else ""  # a repository's address is no directory
    dockerfile = dockerfile or _DOCKERFILE
    if directory and not dockerfile.startswith("/"):
        dockerfile = go_paths.join(directory, dockerfile)
    recipe = ComposeRecipe(resource.service.name, directory, dockerfile, resource.service.mounted)
    images.add(ImageBuild(ImageSelector.of(resource.image), recipe))
    return images.match(resource.image)


def compose_manifests(thread: Thread) -> Iterator[Manifest]:
    """One manifest for each service.

    Raises:
        BuiltinError: Docker Compose is too old, or an image has an entrypoint.
    """
    state = thread.state(ComposeProjects)
    if state.projects:
        _check_version(thread)
    for project in state.projects.values():
        for resource in project.resources.values():
            yield _manifest(thread, project, resource)


def _check_version(thread: Thread) -> None:
    from tiltfile_ext.values.compose.cli import compose_command

    version = compose_command(thread).version
    if version is None:
        return
    if version.is_before(1, 28, 3):
        raise BuiltinError(
            f"Tilt requires Docker Compose v1.28.3+ (you have {version}). Please upgrade and re-launch Tilt."
        )
    if version.numbers[0] == 2 and version.is_before(2, 2, 0):  # noqa: PLR2004
        thread.log(
            "warning",
            f"Using Docker Compose {version} (version < 2.2) may result in errors or broken functionality.\n"
            "For best results, we recommend upgrading to Docker Compose >= v2.2.0.",
        )


def _manifest(thread: Thread, project: ComposeProject, resource: ServiceResource) -> Manifest:
    from tiltfile_ext.model.compose_target import ComposeTarget

    targets = image_targets_for(thread, resource.name, resource.image_maps)
    if any(target.build.entrypoint for target in targets):
        raise BuiltinError("docker_build/custom_build.entrypoint not supported for Docker Compose resources")
    options = resource.options
    default = thread.state(Resources).trigger_mode
    return Manifest(
        name=resource.name,
        target=ComposeTarget(project, resource, deployed_image_maps(resource.image_maps, targets)),
        images=targets,
        trigger_mode=effective(options.trigger_mode, default, auto_init=options.auto_init is not False),
        resource_dependencies=options.resource_deps,
        labels=label_map(options.labels),
    )
