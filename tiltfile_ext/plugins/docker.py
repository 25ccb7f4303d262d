"""Image builds: ``docker_build`` and ``custom_build``."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from tiltfile_ext.starkit import (
    ABSENT,
    Blob,
    BuiltinError,
    Plugin,
    Sequence,
    StarlarkValue,
    Stringable,
    StringMap,
    StringOrStringList,
    Thread,
    Unpack,
    UnpackError,
    builtin,
    quote,
    strings_of,
)
from tiltfile_ext.values.commands import AnyCommand, Command, command_of
from tiltfile_ext.values.docker.image_ref import (
    ImageList,
    ImageRef,
    ImageRefError,
    ImageSelector,
    parse_image_ref,
)
from tiltfile_ext.values.docker.images import CommandRecipe, DockerRecipe, ImageBuild, Images
from tiltfile_ext.values.docker.live_update import AnySteps, live_update_of
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.paths import AnyDirectory, AnyStrings, LocalPath, LocalPathList, patterns
from tiltfile_ext.values.read import read_watched

_PLATFORM_VARIABLE = "DOCKER_DEFAULT_PLATFORM"
_CACHE_IS_OLD = (
    "docker_build(cache=...) is obsolete, and currently a no-op.\n"
    "You should switch to live_update to optimize your builds."
)

#: checked in the body
AnyText = Annotated[Any, Unpack(None, "string or blob", str | Blob)]


class CustomBuild(StarlarkValue):
    """What ``custom_build`` returns: it can be printed, and that is all."""

    starlark_type: ClassVar[str] = "custom_build"
    go_type: ClassVar[str] = "*tiltfile.customBuild"

    def __init__(self, build: ImageBuild) -> None:
        self._build = build

    def __str__(self) -> str:
        return f"custom_build({quote(str(self._build.selector.ref))})"


class DockerPlugin(Plugin):
    """``docker_build`` and ``custom_build``."""

    state = Images

    @builtin("", core=True, counted_as={"dockerfile": "dockerfile?"})
    def docker_build(
        self,
        thread: Thread,
        ref: str,
        context: LocalPath,
        build_args: StringMap = {},  # noqa: B006  # never changed
        dockerfile: LocalPath | None = None,
        dockerfile_contents: AnyText = ABSENT,
        cache: Any = ABSENT,
        live_update: AnySteps = None,
        match_in_env_vars: bool = False,
        ignore: AnyStrings = None,
        only: AnyStrings = None,
        entrypoint: AnyCommand = ABSENT,
        container_args: Sequence = ABSENT,
        target: str = "",
        ssh: StringOrStringList = (),
        secret: StringOrStringList = (),
        network: Stringable = "",
        extra_tag: StringOrStringList = (),
        cache_from: StringOrStringList = (),
        pull: bool = False,
        platform: Stringable = "",
        extra_hosts: StringOrStringList = (),
    ) -> None:
        """Build an image with Docker, from the files below *context*."""
        selector = ImageSelector.of(_reference(ref))
        path, text = _dockerfile(thread, context, dockerfile, dockerfile_contents)
        if cache is not ABSENT:
            thread.log("warning", _CACHE_IS_OLD)
        build = ImageBuild(
            selector,
            DockerRecipe(
                context=context,
                dockerfile_path=path,
                dockerfile=text,
                args=_build_args(build_args),
                target=target,
                ssh=ssh,
                secrets=secret,
                network=network,
                pull=pull,
                cache_from=cache_from,
                platform=platform or thread.environ.get(_PLATFORM_VARIABLE, ""),
                extra_tags=extra_tag,
                extra_hosts=extra_hosts,
            ),
            tiltfile=thread.executing[-1],
            live_update=live_update_of(thread, live_update),
            match_in_env_vars=match_in_env_vars,
            ignores=patterns(ignore, "ignore"),
            onlys=_only(only),
            entrypoint=command_of(thread, entrypoint, None, {}),
            container_args=_container_args(container_args),
        )
        _check_tags(extra_tag)
        thread.state(Images).add(build)

    @builtin("", core=True)
    def custom_build(
        self,
        thread: Thread,
        ref: str,
        command: AnyCommand,
        deps: LocalPathList | None,
        tag: str = "",
        disable_push: bool = False,
        skips_local_docker: bool = False,
        live_update: AnySteps = None,
        match_in_env_vars: bool = False,
        ignore: AnyStrings = None,
        entrypoint: AnyCommand = ABSENT,
        container_args: Sequence = ABSENT,
        command_bat_val: Any = None,
        outputs_image_ref_to: LocalPath = "",
        command_bat: Any = None,
        image_deps: ImageList = (),
        env: StringMap = {},  # noqa: B006
        dir: AnyDirectory = None,
    ) -> CustomBuild:
        """Build an image with a command of one's own, again when *deps* change."""
        del command_bat_val, command_bat  # Windows only
        build = ImageBuild(
            ImageSelector.of(_reference(ref)),
            tiltfile=thread.executing[-1],
            live_update=live_update_of(thread, live_update),
            match_in_env_vars=match_in_env_vars,
            ignores=patterns(ignore, "ignore"),
            entrypoint=command_of(thread, entrypoint, None, {}),
            container_args=_container_args(container_args),
            recipe=CommandRecipe(
                _build_command(thread, command, dir, env),
                deps,
                tag=tag,
                outputs_image_ref_to=outputs_image_ref_to,
                disable_push=disable_push,
                skips_local_docker=skips_local_docker,
                image_deps=image_deps,
            ),
        )
        if tag and outputs_image_ref_to:
            raise BuiltinError("Cannot specify both tag= and outputs_image_ref_to=")
        thread.state(Images).add(build)
        return CustomBuild(build)


def _reference(text: str) -> ImageRef:
    try:
        return parse_image_ref(text)
    except ImageRefError as error:
        raise BuiltinError(f"Argument 1 (ref): can't parse {quote(text)}: {error}") from None


def _dockerfile(thread: Thread, context: str, path: str | None, contents: Any) -> tuple[str, str]:
    """The path and the text of the Dockerfile; one that is read is watched."""
    default = go_paths.join(context, "Dockerfile")
    if contents is ABSENT:
        path = default if path is None else path
        try:
            return path, read_watched(thread, path)
        except BuiltinError as error:
            raise BuiltinError(f"error reading dockerfile: {error}") from None
    if path is not None:
        raise BuiltinError("Cannot specify both dockerfile and dockerfile_contents keyword arguments")
    if isinstance(contents, Blob):
        return default, contents.text
    if type(contents) is str:
        return default, contents
    raise BuiltinError("Argument (dockerfile_contents): must be string or blob.")


def _build_args(args: Mapping[str, str]) -> tuple[str, ...]:
    """As "NAME=value", sorted; "NAME" for one that is empty: its value comes from the environment."""
    return tuple(sorted(f"{name}={value}" if value else name for name, value in args.items()))


def _only(value: Any) -> tuple[str, ...]:
    paths = patterns(value, "only")
    for path in paths:
        if "*" in path:
            raise BuiltinError(f"'only' does not support '*' file globs. Must be a real path: {path}")
    return paths


def _container_args(args: Any) -> tuple[str, ...] | None:
    if args is ABSENT:
        return None
    try:
        return strings_of(args)
    except UnpackError as error:
        raise BuiltinError(f"Argument 'container_args': {error}") from None


def _check_tags(tags: tuple[str, ...]) -> None:
    for tag in tags:
        try:
            parse_image_ref(tag)
        except ImageRefError as error:
            raise BuiltinError(
                f"Argument extra_tag={quote(tag)} not a valid image reference: {error}"
            ) from None


def _build_command(thread: Thread, value: Any, directory: Any, env: Mapping[str, str]) -> Command:
    try:
        command = command_of(thread, value, directory, env)
    except BuiltinError as error:
        raise BuiltinError(f"Argument 2 (command): {error}") from None
    if not command:
        raise BuiltinError("Argument 2 (command) can't be empty")
    return command
