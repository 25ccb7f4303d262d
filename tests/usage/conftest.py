"""Tiltfiles to look at, and the command, run as a user runs it."""

import os
import subprocess
import sys

import pytest

from tiltfile_ext.host import environment_for
from tiltfile_ext.testing import PLAIN_ENVIRON
from tiltfile_ext.usage import Survey
from tiltfile_ext.usage._collect import Settings, make_task

LIBRARY = 'def service(name):\n    local_resource(name, "true",\n        labels=["x"])\n'
FILES = {
    "web/Tiltfile": 'load("../lib.tilt", "service")\nfor each in ["a", "b", "c"]:\n    service(each)\ns = struct(a=1)\n',
    "api/Tiltfile": 'load("../lib.tilt", "service")\nservice("d")\nf = local_resource\nf("e", serve_cmd="x")\n',
    "bad/Tiltfile": 'print(os.getcwd())\ndocker_build("img", ".", nope=1)\nset_team("never")\n',
    "lib.tilt": LIBRARY,
}


@pytest.fixture
def project(tmp_path):
    """A directory with three Tiltfiles, one of which fails."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def survey(project, monkeypatch):
    """What they use, collected in this process."""
    monkeypatch.setattr(os, "environ", {**PLAIN_ENVIRON, "HOME": os.environ["HOME"]})
    collect = make_task(Settings(timeout=30))
    survey = Survey(environment_for(None).builtins)
    for name in ("web", "bad", "api"):
        survey.add(collect(str(project / name / "Tiltfile")))
    survey.finish()
    return survey


@pytest.fixture
def cli(project):
    """Run ``tiltfile usage`` in the project; *path* is more for PYTHONPATH."""

    def run(*argv: str, path: str = "", **environ: str) -> subprocess.CompletedProcess:
        search = os.pathsep.join(filter(None, (path, *sys.path)))
        return subprocess.run(
            [sys.executable, "-m", "tiltfile_ext", "usage", *argv],
            cwd=project,
            env={**os.environ, "PYTHONPATH": search, **environ},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run
