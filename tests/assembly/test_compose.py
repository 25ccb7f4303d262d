"""Compose services meet image builds, registries and the program's version."""

import os
import stat

import pytest

from tiltfile_ext.testing import printed

_COMPOSE = "docker_compose('docker-compose.yml', project_name='p')\n"
_BUILT = {"docker-compose.yml": "services: {web: {build: ., volumes: [./src:/src]}}", "Dockerfile": "FROM x"}


def _images(result):
    return [image.json() for manifest in result.manifests for image in manifest.images]


def test_a_service_that_only_compose_can_build_gets_an_image(tiltfile, tmp_path):
    (image,) = _images(tiltfile(_COMPOSE, files=_BUILT))
    assert (image["selector"], image["BuildDetails"]) == (
        "p_web",
        {"Service": "web", "Context": str(tmp_path)},
    )


def test_what_is_mounted_into_the_service_is_not_watched(tiltfile, tmp_path):
    (image,) = _images(tiltfile(_COMPOSE, files=_BUILT))
    assert {"basePath": f"{tmp_path}/src"} in image["FileWatchIgnores"]


def test_a_build_of_the_services_image_is_used(tiltfile):
    (image,) = _images(tiltfile(_COMPOSE + "docker_build('p_web', '.')", files=_BUILT))
    assert "dockerfileContents" in image["BuildDetails"]


def test_a_build_of_the_image_that_dc_resource_names_is_used(tiltfile):
    text = "docker_build('other', '.')\n" + _COMPOSE + "dc_resource('web', image='other')"
    (image,) = _images(tiltfile(text, files=_BUILT))
    assert image["selector"] == "other"


def test_an_image_without_build_is_pulled(tiltfile):
    result = tiltfile(_COMPOSE, files={"docker-compose.yml": "services: {web: {image: x}}"})
    assert result.manifests[0].json()["ImageTargets"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("default_registry('gcr.io/x')", "default_registry is not supported with docker compose"),
        (
            "docker_build('p_web', '.', entrypoint='x')",
            "docker_build/custom_build.entrypoint not supported for Docker Compose resources",
        ),
    ],
)
def test_what_compose_cannot_do_is_an_error(tiltfile, text, message):
    assert str(tiltfile(_COMPOSE + text, files=_BUILT).error) == message


def test_a_build_that_no_service_uses_is_warned_of(tiltfile):
    files = {"docker-compose.yml": "services: {web: {image: x}}", "Dockerfile": "FROM x"}
    result = tiltfile(_COMPOSE + "docker_build('other', '.')", files=files)
    assert "Image not used in any Docker Compose config:\n    ✕ other" in printed(result)


@pytest.fixture
def version(tiltfile, tmp_path):
    """Load a project where Docker Compose says that it has a version."""

    def load(text):
        path = tmp_path / "bin" / "docker"
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\necho '{text}'\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        environ = {"PATH": f"{path.parent}:{os.environ['PATH']}"}
        return tiltfile(_COMPOSE, files={"docker-compose.yml": "services: {a: {image: x}}"}, environ=environ)

    return load


@pytest.mark.parametrize(
    "text", ["docker-compose version 1.25.0, build x", "Docker Compose version v1.28.3-rc1"]
)
def test_an_old_compose_is_an_error(version, text):
    assert str(version(text).error).startswith("Tilt requires Docker Compose v1.28.3+ (you have v1.2")


@pytest.mark.parametrize("text", ["Docker Compose version v2.1.0", "Docker Compose version v2.2.0-rc.1"])
def test_an_early_second_version_is_warned_of(version, text):
    assert "(version < 2.2) may result in errors" in printed(version(text))


@pytest.mark.parametrize(
    "text", ["Docker Compose version v2.24", "docker-compose version 1.29.2, build x", "no version"]
)
def test_other_versions_are_fine(version, text):
    result = version(text)
    assert (result.error, printed(result)) == (None, "")
