"""From image builds to the images that a resource builds."""

from __future__ import annotations

import pytest

from tiltfile_ext.assembly._image_targets import image_targets_for
from tiltfile_ext.assembly._live_update import check_live_updates, refuse_restarts
from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import Plugin, Thread, builtin
from tiltfile_ext.values.docker.image_ref import ImageList, parse_image_ref
from tiltfile_ext.values.docker.images import Images


class Deployed:
    """What `Deploy` deployed."""

    def __init__(self):
        self.asked = []
        self.manifests = []

    def images(self):
        return [image for manifest in self.manifests for image in manifest.images]


class Deploy(Plugin):
    """``deploy(name, images)``: a resource that uses these images."""

    state = Deployed

    @builtin
    def deploy(self, thread: Thread, name: str, images: ImageList) -> None:
        thread.state(Deployed).asked.append((name, images))

    def on_loaded(self, thread):
        deployed = thread.state(Deployed)
        for name, refs in deployed.asked:
            builds = [thread.state(Images).match(ref) for ref in refs]
            targets = image_targets_for(thread, name, [build.image_map for build in builds if build])
            deployed.manifests.append(Manifest(name, None, targets))
        refuse_restarts(manifest for manifest in deployed.manifests if manifest.name == "k8s")
        check_live_updates(thread, deployed.manifests)


@pytest.fixture
def deploy(tiltfile):
    """Load a Tiltfile that may call ``deploy``."""

    def load(text, **files):
        files.setdefault("Dockerfile", "FROM scratch")
        return tiltfile(
            text, plugins=[Deploy()], files={name.replace("_", "/", 1): t for name, t in files.items()}
        )

    return load


def test_base_images_come_before_those_made_from_them(deploy):
    result = deploy(
        'docker_build("app", ".", dockerfile_contents="FROM base\\nCOPY --from=tools a b")\n'
        'docker_build("tools", ".", dockerfile_contents="FROM base")\n'
        'docker_build("base", ".")\n'
        'deploy("x", ["app"])'
    )
    images = result[Deployed].images()
    assert [image.image_map for image in images] == ["base", "tools", "app"]
    assert images[-1].needs == ("base", "tools")
    assert [image.deployed for image in images] == [False, False, True]


def test_images_that_need_each_other_are_an_error(deploy):
    result = deploy(
        'custom_build("a", "x", [], image_deps=["b"])\ncustom_build("b", "x", [], image_deps=["a"])\n'
        'deploy("x", ["a"])'
    )
    assert str(result.error) == "Image dependency cycle: docker.io/library/a"


def test_image_deps_must_have_a_build(deploy):
    result = deploy('custom_build("a:1", "x", [], image_deps=["b"])')
    assert str(result.error) == 'image "a:1": image dep "b" not found'


def test_a_dockerfile_that_cannot_be_read_is_an_error(deploy):
    result = deploy('docker_build("a", ".")', Dockerfile="# nothing")
    assert str(result.error) == "dockerfile.ParseAST: file with no instructions"


def test_what_is_ignored(deploy, tmp_path):
    result = deploy(
        'docker_build("a", "w", only=["src"], ignore="*.md")\ndeploy("x", ["a"])',
        **{"w_Dockerfile": "FROM scratch", "w_.dockerignore": "# no\n /tmp/\n!keep\n", "w_.git/config": ""},
    )
    (image,) = result[Deployed].images()
    assert image.json()["FileWatchIgnores"] == [
        {"basePath": f"{tmp_path}/Tiltfile"},
        {"basePath": f"{tmp_path}/w/.git"},
        {"basePath": f"{tmp_path}/w", "patterns": ["*.md"]},
        {"basePath": f"{tmp_path}/w", "patterns": ["**", "!src"]},
        {"basePath": f"{tmp_path}/w", "patterns": ["tmp", "!keep"]},
        {"basePath": f"{tmp_path}/w/Dockerfile"},
    ]


def test_an_ignore_file_beside_the_dockerfile_wins(deploy, tmp_path):
    result = deploy(
        'docker_build("a", ".", dockerfile="d/Dockerfile")\ndeploy("x", ["a"])',
        **{"d_Dockerfile": "FROM scratch", "d_Dockerfile.dockerignore": "one", ".dockerignore": "two"},
    )
    assert {"basePath": str(tmp_path), "patterns": ["one"]} in result[Deployed].images()[0].json()[
        "BuildDetails"
    ]["contextIgnores"]
    assert f"{tmp_path}/d/Dockerfile.dockerignore" in result.config_files


def test_the_json_of_a_docker_build(deploy, tmp_path):
    result = deploy(
        'docker_build("gcr.io/a/b", ".", entrypoint="run", container_args=[], match_in_env_vars=True, pull=True, '
        'live_update=[fall_back_on("p"), sync("s", "/t"), run(["r"], echo_off=True)])\n'
        'deploy("x", ["gcr.io/a/b:1"])'
    )
    (image,) = result[Deployed].images()
    fields = image.json()
    ignores = [{"basePath": f"{tmp_path}/Tiltfile"}]
    assert fields == {
        "selector": "gcr.io/a/b",
        "matchInEnvVars": True,
        "overrideCommand": {"command": ["sh", "-c", "run"]},
        "overrideArgs": {"args": None},
        "LiveUpdateName": "x:gcr.io_a_b",
        "LiveUpdateSpec": {
            "basePath": str(tmp_path),
            "selector": {},
            "stopPaths": ["p"],
            "syncs": [{"localPath": "s", "containerPath": "/t"}],
            "execs": [{"args": ["r"], "triggerPaths": None, "echoOff": True}],
        },
        "LiveUpdateReconciler": True,
        "DockerImageName": "x:gcr.io_a_b",
        "CmdImageName": "",
        "BuildDetails": {
            "ref": "",
            "dockerfileContents": "FROM scratch",
            "context": str(tmp_path),
            "contextIgnores": ignores,
            "pull": True,
        },
        "IsLiveUpdateOnly": False,
        "FileWatchIgnores": [*ignores, {"basePath": f"{tmp_path}/Dockerfile"}],
    }


def test_the_json_of_a_custom_build(deploy, tmp_path):
    result = deploy(
        'docker_build("b", ".")\n'
        'custom_build("a:1", ["make", "it"], ["src"], tag="t", disable_push=True, image_deps=["b", "b"], '
        'env={"K": "v"}, dir="src")\n'
        'deploy("x", ["a:1"])'
    )
    assert result[Deployed].images()[-1].json()["BuildDetails"] == {
        "ref": "",
        "args": ["make", "it"],
        "dir": f"{tmp_path}/src",
        "env": ["K=v"],
        "imageMaps": ["b"],
        "outputMode": "local-docker-and-remote",
        "outputTag": "t",
        "Deps": [f"{tmp_path}/src"],
    }


def test_a_build_that_builds_nothing_is_only_updated_in_place(deploy):
    result = deploy('custom_build("a", ":", ["q"], live_update=[sync("p", "/t")])\ndeploy("x", ["a"])')
    (image,) = result[Deployed].images()
    assert (image.live_update_only, image.deployed) == (True, False)


def test_live_updates_must_watch_what_they_wait_for(deploy, tmp_path):
    result = deploy(
        'docker_build("base", "b", dockerfile="Dockerfile")\n'
        'docker_build("a", "c", dockerfile_contents="FROM base", '
        'live_update=[fall_back_on("d"), sync("b/x", "/t")])\n'
        'deploy("x", ["a"])'
    )
    assert str(result.error) == (
        f"fall_back_on paths '{tmp_path}/d' is not a child of any watched filepaths ([{tmp_path}/b {tmp_path}/c])"
    )


def test_kubernetes_resources_cannot_restart_a_container(deploy):
    result = deploy(
        'docker_build("a", ".", live_update=[sync("b", "/c"), restart_container()])\ndeploy("k8s", ["a"])'
    )
    assert str(result.error).startswith("Found `restart_container()` LiveUpdate step in resource(s): [k8s].")


def test_builds_without_any_use_are_warned_of(deploy):
    result = deploy('docker_build("a", ".")')
    assert result.messages[0] == (
        "warning",
        (
            "We could not find any deployment instructions, e.g. `k8s_yaml` or `docker_compose`.\n"
            "Skipping all image builds until we know how to deploy them."
        ),
    )


@pytest.mark.parametrize("pattern", ["a", "*"])
def test_a_warning_can_be_suppressed(deploy, pattern):
    result = deploy(f'docker_build("a", ".")\nupdate_settings(suppress_unused_image_warnings="{pattern}")')
    assert result.messages == ()


def test_names_that_images_cannot_have_again_are_refused():
    ref = parse_image_ref("docker.io/library/" + "a" * 64)
    assert ref.familiar == "a" * 64
