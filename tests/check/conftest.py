"""Trees of Tiltfiles, and the command that checks them."""

import os
import subprocess
import sys
import textwrap

import pytest

from tiltfile_ext.check._policy import Policy
from tiltfile_ext.check.rules import rules_for

NO_POLICY = Policy()


@pytest.fixture
def tree(tmp_path):
    """Write files: ``tree({"web/Tiltfile": "…"})``."""

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        return tmp_path

    return write


@pytest.fixture
def check(tmp_path):
    """Run ``tiltfile check`` in the directory of the tree."""

    def run(*argv, cwd="", code=None, **environ):
        command = [sys.executable, "-m", "tiltfile_ext", "check", *argv]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environ}
        done = subprocess.run(
            command, cwd=tmp_path / cwd, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        if code is not None:
            assert done.returncode == code, done.stdout + done.stderr
        return done

    return run


@pytest.fixture
def found(tiltfile):
    """The findings of our rules in a Tiltfile, as ``CODE path:line:column``; whole with ``whole=True``."""

    def find(text, *, policy=NO_POLICY, only="TF", files=None, whole=False, **options):
        result = tiltfile(textwrap.dedent(text), files=files or {}, **options)
        findings = [
            each for rule in rules_for(policy) for each in rule.check(result) if each.code.startswith(only)
        ]
        base = os.path.dirname(result.path) + "/"
        return findings if whole else [f"{each.code} {each.place.removeprefix(base)}" for each in findings]

    return find
