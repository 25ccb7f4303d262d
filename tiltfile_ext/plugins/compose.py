"""Docker Compose: ``docker_compose`` reads projects, ``dc_resource`` says more of a service."""

from typing import Annotated, Any

from tiltfile_ext.starkit import (
    ABSENT,
    Blob,
    BuiltinError,
    OptionalBool,
    Plugin,
    Sequence,
    StringOrStringList,
    Thread,
    Unpack,
    UnpackError,
    builtin,
    go_type,
    quote,
    sequence_of,
    strings_of,
)
from tiltfile_ext.values.compose.projects import (
    ComposeProject,
    ComposeProjects,
    ServiceOptions,
    ServiceResource,
)
from tiltfile_ext.values.docker.image_ref import ImageRef, ImageRefError, parse_image_ref
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.link import LinkList
from tiltfile_ext.values.paths import AnyContents, LocalPath, local_path
from tiltfile_ext.values.read import watch_if_file
from tiltfile_ext.values.resource_params import LabelSet
from tiltfile_ext.values.resources import Resources
from tiltfile_ext.values.trigger_mode import TriggerMode

_PROFILES = "COMPOSE_PROFILES"

AnyText = Annotated[Any, Unpack(None, "string", str)]


class ComposePlugin(Plugin):
    """``docker_compose`` and ``dc_resource``."""

    state = ComposeProjects

    @builtin("", core=True)
    def docker_compose(
        self,
        thread: Thread,
        configPaths: AnyContents,  # noqa: N803  # Tilt's name
        env_file: LocalPath = "",
        project_name: str = "",
        profiles: StringOrStringList | None = None,
        wait: OptionalBool = None,
    ) -> None:
        """Run the services of a compose project: files, YAML as blobs, or both, later over earlier ones."""
        configs = _configs(configPaths)
        if env_file:
            watch_if_file(thread, env_file)
        called = _called(thread, configs, project_name)
        called.env_file, called.wait = env_file, bool(wait)
        called.profiles = _profiles(thread, called.name) if profiles is None else profiles
        _read(thread, _joined(thread.state(ComposeProjects), called))

    @builtin("", core=True)
    def dc_resource(
        self,
        thread: Thread,
        name: str,
        image: AnyText = ABSENT,
        trigger_mode: TriggerMode = ABSENT,
        resource_deps: Sequence = ABSENT,
        infer_links: OptionalBool = None,
        links: LinkList = (),
        labels: LabelSet = (),
        auto_init: OptionalBool = None,
        project_name: str = "",
        new_name: str = "",
    ) -> None:
        """Say more of a service of a compose project. Calls for one service add up."""
        if not name:
            raise BuiltinError("dc_resource: `name` must not be empty")
        if image is not ABSENT and type(image) is not str:
            raise BuiltinError(f"image arg must be a string; got {go_type(image)}")
        project, resource = thread.state(ComposeProjects).find(name, project_name)
        if new_name:
            project.rename(name, new_name, thread.state(Resources))
        options = resource.options
        if trigger_mode:
            options.trigger_mode = trigger_mode
        if infer_links is not None:
            options.infer_links = infer_links
        options.links += links
        options.labels = tuple(dict.fromkeys((*options.labels, *labels)))
        if image is not ABSENT:
            options.image = _image(image)
        options.resource_deps = tuple(dict.fromkeys((*options.resource_deps, *_needed(resource_deps))))
        if auto_init is not None:
            options.auto_init = auto_init


def _configs(value: Any) -> list[Any]:
    configs = [] if value is None else sequence_of(value)
    if configs is None:
        return [value]
    if not configs:
        raise BuiltinError("Nothing to compose")
    return configs


def _called(thread: Thread, configs: list[Any], name: str) -> ComposeProject:
    """The project that a call asks for. The first path gives its directory, and its name if there is none."""
    paths, directory = [], ""
    for config in configs:
        if isinstance(config, Blob):
            paths.append(thread.state(ComposeProjects).store(config.text))
            continue
        path = _path(thread, config)
        directory = directory or go_paths.dir_name(path)
        name = name or _normal_name(directory_of=path)
        paths.append(path)
        watch_if_file(thread, path)
    directory = directory or thread.directory
    name = name or _normal_name(directory_of=thread.executing[-1])
    return ComposeProject(name, directory, tuple(paths))


def _path(thread: Thread, value: Any) -> str:
    try:
        return local_path(thread, value)
    except UnpackError:
        raise BuiltinError(f"expected blob | path (string). Actual type: {go_type(value)}") from None


def _normal_name(*, directory_of: str) -> str:
    from tiltfile_ext.values.compose.project import normal_name

    return normal_name(go_paths.base(go_paths.dir_name(directory_of)))


def _profiles(thread: Thread, name: str) -> tuple[str, ...]:
    given = thread.environ.get(_PROFILES, "")
    if not given:
        return ()
    thread.log("info", f"Compose project {quote(name)} loading profiles from environment: {given}")
    return tuple(given.split(","))


def _joined(state: ComposeProjects, called: ComposeProject) -> ComposeProject:
    """The project of *called*'s name, with its files added. The first call's settings hold."""
    project = state.projects.get(called.name)
    if project is None:
        state.projects[called.name] = called
        return called
    added = [path for path in dict.fromkeys(called.config_paths) if path not in project.config_paths]
    project.config_paths += tuple(added)
    project.env_file = called.env_file or project.env_file
    return project


def _read(thread: Thread, project: ComposeProject) -> None:
    """Read all files of *project*, and make resources of its services."""
    from tiltfile_ext.values.compose import ComposeService, load

    def resource(service: ComposeService, name: str) -> ServiceResource:
        image = _service_image(service.name, service.image or f"{name}_{service.name}")
        options = project.options.setdefault(service.name, ServiceOptions())
        options.resource_deps = tuple(sorted({*options.resource_deps, *service.dependencies}))
        return ServiceResource(service.name, service, image, options, set(service.dependencies))

    loaded = load(thread, project)
    made = [resource(service, loaded.name) for service in loaded.services]
    project.replace(made, thread.state(Resources))
    for service in loaded.services:
        for path in service.env_files:
            watch_if_file(thread, path if path.startswith("/") else go_paths.join(project.path, path))


def _service_image(service: str, image: str) -> ImageRef:
    try:
        return parse_image_ref(image)
    except ImageRefError as error:
        raise BuiltinError(
            f"getting service {service}: Error parsing image name {quote(image)}: {error}"
        ) from None


def _image(text: str) -> ImageRef:
    try:
        return parse_image_ref(text)
    except ImageRefError as error:
        raise BuiltinError(str(error)) from None


def _needed(names: Sequence) -> tuple[str, ...]:
    try:
        return strings_of(names or ())
    except UnpackError as error:
        raise BuiltinError(f"dc_resource: resource_deps: {error}") from None
