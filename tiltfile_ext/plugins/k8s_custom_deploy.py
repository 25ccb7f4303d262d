"""Kubernetes resources that are deployed by commands: ``k8s_custom_deploy``."""

from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit import ABSENT, BuiltinError, Plugin, StringMap, Thread, builtin, evolve, quote
from tiltfile_ext.values.commands import AnyCommand, Command, command_of
from tiltfile_ext.values.docker.image_ref import (
    ImageList,
    ImageRef,
    ImageRefError,
    ImageSelector,
    parse_image_ref,
)
from tiltfile_ext.values.docker.images import CommandRecipe, ImageBuild, Images
from tiltfile_ext.values.docker.live_update import AnySteps, LiveUpdate, live_update_of
from tiltfile_ext.values.k8s.state import K8sState
from tiltfile_ext.values.paths import AnyDirectory, LocalPathList
from tiltfile_ext.values.resources import Resources

if TYPE_CHECKING:
    from tiltfile_ext.values.k8s.resources import K8sResource

#: the command of an image that is not built, only updated in place
_NO_BUILD = Command(("sh", "-c", ":"))


class K8sCustomDeployPlugin(Plugin):
    """``k8s_custom_deploy``."""

    state = K8sState

    @builtin("", core=True)
    def k8s_custom_deploy(
        self,
        thread: Thread,
        name: str,
        apply_cmd: AnyCommand,
        delete_cmd: AnyCommand,
        deps: LocalPathList,
        image_selector: str = "",
        live_update: AnySteps = None,
        apply_dir: AnyDirectory = ABSENT,
        apply_env: StringMap = {},  # noqa: B006  # never changed
        apply_cmd_bat: Any = None,
        delete_dir: AnyDirectory = ABSENT,
        delete_env: StringMap = {},  # noqa: B006
        delete_cmd_bat: Any = None,
        container_selector: str = "",
        image_deps: ImageList = (),
    ) -> None:
        """A resource that *apply_cmd* deploys, printing its objects as YAML, and *delete_cmd* removes.

        It is deployed again when *deps* change. ``*_cmd_bat`` count on Windows only.
        """
        del apply_cmd_bat, delete_cmd_bat
        apply = _command(thread, "apply_cmd", apply_cmd, apply_dir, apply_env)
        delete = _command(thread, "delete_cmd", delete_cmd, delete_dir, delete_env)
        update = live_update_of(thread, live_update)
        from tiltfile_ext.values.k8s.resources import CustomDeploy

        resource = _make(thread, name)
        resource.custom_deploy = CustomDeploy(apply, delete, tuple(deps or ()), _ignores(update))
        for ref in image_deps:
            resource.add_image(ref, required=True)
        if update:
            ref = _updated_image(name, image_selector, container_selector)
            resource.add_image(ref, required=False)
            if container_selector:
                update = evolve(update, container=container_selector)
            thread.state(Images).add(_live_update_only(thread, ref, update, deps))


def _command(thread: Thread, name: str, value: Any, directory: Any, env: StringMap) -> Command:
    try:
        command = command_of(thread, value, directory, env)
    except BuiltinError as error:
        raise BuiltinError(f"{name}: {error}") from None
    if not command:
        raise BuiltinError(f"k8s_custom_deploy: {name} cannot be empty")
    return command


def _make(thread: Thread, name: str) -> "K8sResource":
    try:
        thread.state(Resources).claim(name, "k8s")
    except BuiltinError as error:
        raise BuiltinError(f"error making resource for {name}: {error}") from None
    return thread.state(K8sState).add_resource(name)


def _ignores(update: LiveUpdate) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the live update cares for itself is no reason to deploy again."""
    patterns = (*(local for local, _ in update.syncs), *update.stop_paths)
    return ((update.base_path, patterns),) if patterns else ()


def _updated_image(name: str, image_selector: str, container_selector: str) -> ImageRef:
    """The image that is updated in place; a made-up one where the container is chosen by its name."""
    if image_selector and container_selector:
        raise BuiltinError("k8s_custom_deploy: cannot specify more than one Live Update selector")
    if not (image_selector or container_selector):
        raise BuiltinError("k8s_custom_deploy: no Live Update selector specified")
    text = image_selector or f"k8s_custom_deploy:{name}"
    try:
        return parse_image_ref(text)
    except ImageRefError as error:
        raise BuiltinError(f"can't parse {quote(text)}: {error}") from None


def _live_update_only(thread: Thread, ref: ImageRef, update: LiveUpdate, deps: LocalPathList) -> ImageBuild:
    return ImageBuild(
        selector=ImageSelector.of(ref),
        recipe=CommandRecipe(_NO_BUILD, deps, disable_push=True, skips_local_docker=True),
        tiltfile=thread.executing[-1],
        live_update=update,
    )
