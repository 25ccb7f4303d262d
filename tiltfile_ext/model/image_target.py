"""An image that a resource builds."""

from collections.abc import Iterable, Iterator
from typing import Any

from tiltfile_ext.model.ignore import Ignore, ignores_json
from tiltfile_ext.model.manifest import Manifest, without_empty
from tiltfile_ext.starkit import BuiltinError, Data
from tiltfile_ext.values.docker.image_ref import ImageRefError, parse_image_ref
from tiltfile_ext.values.docker.images import CommandRecipe, ComposeRecipe, DockerRecipe, ImageBuild
from tiltfile_ext.values.docker.live_update import LiveUpdate, Run
from tiltfile_ext.values.names import object_name

#: the command of a build that builds nothing: the image is only updated in place
_NO_BUILD = ("sh", "-c", ":")


class ImageTarget(Data, eq=False):
    """The build *build* for the resource *manifest*.

    Attributes:
        context_ignores: what is left out of the build.
        watch_ignores: what is not watched.
        direct: whether the resource itself uses the image, not just another image of the resource.
    """

    manifest: str
    build: ImageBuild
    context_ignores: tuple[Ignore, ...] = ()
    watch_ignores: tuple[Ignore, ...] = ()
    direct: bool = True

    @property
    def kind(self) -> str:
        """Always "image"."""
        return "image"

    @property
    def image_map(self) -> str:
        """The name by which deploy targets and other images ask for this one."""
        return self.build.image_map

    @property
    def needs(self) -> tuple[str, ...]:
        """`image_map` of the images that this one is made from, each once."""
        return tuple(dict.fromkeys(self.build.needs))

    @property
    def live_update_only(self) -> bool:
        """Whether the image is not built at all, only updated in place."""
        recipe = self.build.recipe
        return (
            isinstance(recipe, CommandRecipe)
            and recipe.command.argv == _NO_BUILD
            and bool(self.build.live_update)
        )

    @property
    def deployed(self) -> bool:
        """Whether the resource deploys the image that is built."""
        return self.direct and not self.live_update_only

    @property
    def paths(self) -> tuple[str, ...]:
        """The local paths whose change means a new build; sorted."""
        recipe = self.build.recipe
        found = recipe.deps or () if isinstance(recipe, CommandRecipe) else (recipe.context,)
        return tuple(sorted(set(found)))

    def check(self) -> None:
        """Accept the image's name: what is shown of it must be a name again.

        Raises:
            BuiltinError: it is none: "[Validate]: parsing image map spec (…): …".
        """
        try:
            parse_image_ref(self.build.familiar)
        except ImageRefError as error:
            raise BuiltinError(
                f"[Validate]: parsing image map spec ({self.build.familiar}): {error}"
            ) from None

    def json(self) -> dict[str, Any]:
        """The target in Tilt's field names and order."""
        build = self.build
        name = object_name(f"{self.manifest}:{build.image_map}")
        return {
            **_image_map_json(build),
            "LiveUpdateName": name if build.live_update else "",
            "LiveUpdateSpec": live_update_json(build.live_update),
            "LiveUpdateReconciler": bool(build.live_update),
            "DockerImageName": name if isinstance(build.recipe, DockerRecipe) else "",
            "CmdImageName": name if isinstance(build.recipe, CommandRecipe) else "",
            "BuildDetails": self._details(),
            "IsLiveUpdateOnly": self.live_update_only,
            "FileWatchIgnores": ignores_json(self.watch_ignores),
        }

    def _details(self) -> dict[str, Any]:
        match self.build.recipe:
            case DockerRecipe() as recipe:
                return _docker_json(recipe, self.needs, self.context_ignores)
            case CommandRecipe() as recipe:
                return _command_json(recipe, self.needs)
            case ComposeRecipe(service, context):
                return {"Service": service, "Context": context}


def images_of(manifest: Manifest) -> Iterator[ImageTarget]:
    """The images of *manifest*."""
    return (image for image in manifest.images or () if isinstance(image, ImageTarget))


def deployed_image_maps(names: Iterable[str], targets: Iterable[ImageTarget]) -> tuple[str, ...]:
    """Those of the image maps *names* that are built, and so handed to the deploy target."""
    updated = {target.image_map for target in targets if target.live_update_only}
    return tuple(name for name in names if name not in updated)


def _image_map_json(build: ImageBuild) -> dict[str, Any]:
    fields: dict[str, Any] = {"selector": build.familiar}
    if build.selector.exact:
        fields["matchExact"] = True
    if build.match_in_env_vars:
        fields["matchInEnvVars"] = True
    if build.entrypoint:
        fields["overrideCommand"] = {"command": list(build.entrypoint.argv)}
    if build.container_args is not None:
        fields["overrideArgs"] = {"args": list(build.container_args) or None}
    return fields


def live_update_json(update: LiveUpdate) -> dict[str, Any]:
    """A live update in Tilt's field names and order."""
    selector = {"kubernetes": {"discoveryName": "", "containerName": update.container}}
    fields = {
        "stopPaths": list(update.stop_paths),
        "syncs": [{"localPath": local, "containerPath": remote} for local, remote in update.syncs],
        "execs": list(map(_run_json, update.runs)),
        "restart": "always" if update.restart else "",
    }
    return {
        "basePath": update.base_path,
        "selector": selector if update.container else {},
        **without_empty(fields),
        **({"initialSync": {}} if update.initial_sync else {}),
    }


def _run_json(run: Run) -> dict[str, Any]:
    return {
        "args": list(run.command.argv) or None,
        "triggerPaths": list(run.triggers) or None,
        "echoOff": run.echo_off,
    }


def _docker_json(recipe: DockerRecipe, needs: tuple[str, ...], ignores: tuple[Ignore, ...]) -> dict[str, Any]:
    fields = {
        "dockerfileContents": recipe.dockerfile,
        "context": recipe.context,
        "contextIgnores": ignores_json(ignores),
        "args": list(recipe.args),
        "target": recipe.target,
        "sshAgentConfigs": list(recipe.ssh),
        "secrets": list(recipe.secrets),
        "network": recipe.network,
        "pull": recipe.pull,
        "cacheFrom": list(recipe.cache_from),
        "platform": recipe.platform,
        "extraTags": list(recipe.extra_tags),
        "imageMaps": list(needs),
        "extraHosts": list(recipe.extra_hosts),
    }
    return {"ref": "", **without_empty(fields)}


def _command_json(recipe: CommandRecipe, needs: tuple[str, ...]) -> dict[str, Any]:
    fields = {
        "args": list(recipe.command.argv),
        "dir": recipe.command.dir,
        "env": list(recipe.command.env),
        "imageMaps": list(needs),
        "outputMode": _output_mode(recipe),
        "outputTag": recipe.tag,
        "outputsImageRefTo": recipe.outputs_image_ref_to,
    }
    return {"ref": "", **without_empty(fields), "Deps": None if recipe.deps is None else list(recipe.deps)}


def _output_mode(recipe: CommandRecipe) -> str:
    if recipe.skips_local_docker:
        return "remote"
    return "local-docker-and-remote" if recipe.disable_push else "local-docker"
