"""The command, run as a user runs it."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def cli(tmp_path):
    """Run ``tiltfile`` in a directory of its own; *path* is more for PYTHONPATH."""

    def run(*argv: str, path: str = "") -> subprocess.CompletedProcess:
        search = os.pathsep.join(filter(None, (path, *sys.path)))
        return subprocess.run(
            [sys.executable, "-m", "tiltfile_ext", *argv],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": search},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run
