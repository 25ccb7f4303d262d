"""The example packages are installed as any other, and do what they say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def sites(tmp_path_factory) -> dict[str, str]:
    """Name of an example -> a directory that it is installed in, by pip, without network."""
    made = {}
    for name in ("plugin", "policy_plugin"):
        made[name] = str(tmp_path_factory.mktemp(name))
        words = [
            "install",
            "--quiet",
            "--no-index",
            "--no-deps",
            "--no-build-isolation",
            "--target",
            made[name],
        ]
        subprocess.run([sys.executable, "-m", "pip", *words, str(EXAMPLES / name)], check=True)
    return made


@pytest.fixture
def tiltfile_with(sites, tmp_path):
    """Run ``tiltfile`` in a directory, with an example installed."""

    def run(example: str, *argv: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([sites[example], *filter(None, sys.path)])
        return subprocess.run(
            [sys.executable, "-m", "tiltfile_ext", *argv],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


@pytest.mark.parametrize("example", ["plugin", "policy_plugin"])
def test_the_tiltfile_of_an_example_loads(tiltfile_with, example):
    done = tiltfile_with(example, "load", str(EXAMPLES / example / "Tiltfile"))
    assert done.returncode == 0, done.stderr
    assert "acme." in done.stdout


def test_the_policy_is_enforced_configured_and_explained(tiltfile_with, tmp_path):
    (tmp_path / "Tiltfile").write_text("# Shop\n\nprint('hello')\n")
    (tmp_path / "tiltfile.toml").write_text("[plugins.acme]\nteams = ['web']\n")
    done = tiltfile_with("policy_plugin", "check")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("Tiltfile:1:1: ACME001 no team answers for this Tiltfile\n")
    assert tiltfile_with("policy_plugin", "check", "--fix").returncode == 0
    assert (tmp_path / "Tiltfile").read_text() == "# Shop\n\nacme.team(\"web\")\n\nprint('hello')\n"
    (tmp_path / "tiltfile.toml").write_text("[plugins.acme]\nteams = ['api', 'data']\n")
    assert 'ACME001 "web" is no team' in tiltfile_with("policy_plugin", "check").stdout
    explained = tiltfile_with("policy_plugin", "check", "--explain", "ACME001").stdout
    assert explained.startswith("ACME001: a team answers for every Tiltfile\n\nWhoever is paged")


def test_a_wrong_configuration_of_the_policy_is_wrong_usage(tiltfile_with, tmp_path):
    (tmp_path / "Tiltfile").write_text("")
    (tmp_path / "tiltfile.toml").write_text("[plugins.acme]\nteam = 'web'\n")
    done = tiltfile_with("policy_plugin", "check")
    assert done.returncode == 2
    assert 'plugins.acme: say teams = ["…", "…"], and nothing else' in done.stderr


def test_the_tests_of_the_policy_pass(sites):
    path = os.pathsep.join([sites["policy_plugin"], *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests"],
        cwd=EXAMPLES / "policy_plugin", env={**os.environ, "PYTHONPATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
