"""Loads that run no programs: what they give instead, and how they say so."""

import os
import textwrap

import pytest

from tiltfile_ext import load
from tiltfile_ext.testing import PLAIN_ENVIRON, printed


@pytest.fixture
def partial(tmp_path):
    """Load a text without programs."""

    def run(text, files=(), environ=PLAIN_ENVIRON):
        for name, content in {**dict(files), "Tiltfile": textwrap.dedent(text)}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        return load(tmp_path / "Tiltfile", run=False, environ=environ)

    return run


def test_local_gives_empty_text_and_runs_nothing(partial, tmp_path):
    result = partial("print('got', repr(str(local('touch made; echo hi', quiet=True))))")
    assert printed(result).splitlines()[-1] == 'got ""'
    assert not (tmp_path / "made").exists()
    assert result.not_run == ("touch made; echo hi",)


def test_helm_and_kustomize_need_not_be_installed(partial):
    files = {"chart/Chart.yaml": "name: c\n", "base/kustomization.yaml": "resources: []\n"}
    result = partial("k8s_yaml(helm('chart'))\nk8s_yaml(kustomize('base'))", files)
    assert result.error is None
    assert [command.split()[:2] for command in result.not_run] == [
        ["helm", "template"],
        ["kubectl", "kustomize"],
    ]


def test_a_compose_file_is_read_without_asking_docker(partial):
    files = {"docker-compose.yml": "services: {db: {image: redis}}\n"}
    result = partial("docker_compose('docker-compose.yml')", files)
    assert ([manifest.name for manifest in result.manifests], result.not_run) == (["db"], ())


def test_a_compose_file_that_cannot_be_read_says_why(partial):
    result = partial("docker_compose('docker-compose.yml')", {"docker-compose.yml": "services: {db: 3}\n"})
    assert "db" in str(result.error)
    assert result.not_run == ("docker compose config",)


def test_an_extension_is_not_fetched(partial, tmp_path):
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home")}
    result = partial("load('ext://hello', 'hello')", environ=environ)
    assert "no such file or directory" in str(result.error)
    assert any(command.startswith("git clone") for command in result.not_run)


def test_a_load_that_runs_programs_is_not_partial(tiltfile):
    assert tiltfile("local('true')").not_run == ()


def test_origins_say_how_a_file_came_to_be_loaded(tiltfile, tmp_path):
    result = tiltfile("load('./lib/a.star', 'x')", files={"lib/a.star": "x = 1\n"})
    assert result.origins == {f"{tmp_path}/lib/a.star": "./lib/a.star"}
