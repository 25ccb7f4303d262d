"""Pipes and devices where a load looks for a file: each is a message, none is waited for without end."""

from __future__ import annotations

import os

import pytest

from tiltfile_ext.testing import load_text
from tiltfile_ext.values import read

K8S = "apiVersion: v1\\nkind: Pod\\nmetadata: {name: p}\\nspec: {containers: [{name: c, image: a}]}"
BUILD = f"k8s_yaml(blob('{K8S}'))\ndocker_build('a', '.')\n"
#: where the special file is, the Tiltfile, and what is said
PLACES = [
    ("tilt_config.json", "config.define_string('a')\nconfig.parse()\n", "tilt_config.json"),
    ("compose.yaml", "docker_compose('compose.yaml')\n", "compose.yaml"),
    (".dockerignore", BUILD, ".dockerignore"),
    ("Dockerfile", BUILD, "Dockerfile"),
    (".tiltignore", "print(1)\n", ".tiltignore"),
    ("lib.tilt", "load('./lib.tilt', 'x')\n", "lib.tilt"),
    ("a.yaml", "k8s_yaml('a.yaml')\n", "a.yaml"),
    ("kustomization.yaml", "kustomize('.')\n", "kustomiz"),
    ("chart/requirements.yaml", "helm('chart')\n", "requirements.yaml"),
    ("a.json", "read_json('a.json')\n", "a.json"),
]


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch):
    monkeypatch.setattr(read, "PATIENCE_SECONDS", 0.2)


def _load(tmp_path, text, **options):
    if not os.path.lexists(tmp_path / "Dockerfile"):
        (tmp_path / "Dockerfile").write_text("FROM a\n")
    environ = {"PATH": os.defpath, "HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "kubeconfig")}
    return load_text(text, directory=str(tmp_path), environ=environ, timeout=20, **options)


def _place(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    return path


@pytest.mark.parametrize(("name", "text", "said"), PLACES, ids=[place[0] for place in PLACES])
def test_a_pipe_that_nobody_writes_to_is_an_error_in_the_end(tmp_path, monkeypatch, name, text, said):
    monkeypatch.setattr("tiltfile_ext.testing.load", _impatient_load)
    os.mkfifo(_place(tmp_path, name))
    error = str(_load(tmp_path, text).error)
    assert said in error or "the load was stopped after 0.5 s" in error


def _impatient_load(*args, **options):
    from tiltfile_ext.host import load

    return load(*args, **{**options, "timeout": 0.5})


def test_a_kubeconfig_that_is_a_pipe_without_a_writer_is_none(tmp_path):
    os.mkfifo(tmp_path / "kubeconfig")
    result = _load(tmp_path, "print(repr(k8s_context()))\n")
    assert result.messages == (("info", '""'),)


def test_a_kubeconfig_may_be_no_file_at_all(tmp_path):
    (tmp_path / "kubeconfig").symlink_to(os.devnull)
    assert _load(tmp_path, "print(repr(k8s_context()))\n").error is None


@pytest.mark.parametrize(("name", "text", "said"), PLACES, ids=[place[0] for place in PLACES])
def test_a_device_without_an_end_is_refused_wherever_it_is(tmp_path, monkeypatch, name, text, said):
    monkeypatch.setattr(read, "_LONGEST_STREAM", 1 << 20)
    _place(tmp_path, name).symlink_to("/dev/zero")
    assert _load(tmp_path, text).error is not None, said
