"""What every test shares: a home directory that cannot be used by accident, and a way to load text."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tiltfile_ext.result import LoadResult
from tiltfile_ext.testing import load_text

sys.path.insert(0, str(Path(__file__).parent))
from chromium import PROGRAM, Chromium

_NOT_FOR_TESTS = ("TILT_DEV_DIR", "WMDAEMON_HOME", "WINDMILL_DIR", "TILT_ANALYTICS_URL", "CI", "DO_NOT_TRACK",
                  "TILT_DISABLE_ANALYTICS", "KUBECONFIG", "XDG_DATA_HOME", "XDG_CONFIG_HOME")  # fmt: skip

# how long an example takes depends on the machine and on what runs beside the tests: no verdict may
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell that runs the tests in the background ignores ^C for all its children; some tests send it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_real_home(monkeypatch, tmp_path_factory):
    """No test reads or writes the developer's own files, or posts to the real server."""
    home = tmp_path_factory.mktemp("home")
    for name in _NOT_FOR_TESTS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TILT_ANALYTICS_URL", "http://127.0.0.1:9/nobody-listens")


@pytest.fixture
def tiltfile(tmp_path) -> Callable[..., LoadResult]:
    """Load a Tiltfile from text: ``tiltfile("print(1)", files={"lib.Tiltfile": "…"})``."""

    def run(text: str, **options) -> LoadResult:
        options.setdefault("environ", {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]})
        return load_text(text, directory=str(tmp_path), **options)

    return run


@pytest.fixture(scope="module")
def browser():
    """A browser with one page; tests of pages are skipped where there is none."""
    if PROGRAM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    running = Chromium()
    yield running
    running.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The source of axe-core, from npm, for the time of the test."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm, which would bring axe-core")
    where = tmp_path_factory.mktemp("axe")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(where), "axe-core@4"]
    done = subprocess.run(
        command, env={**os.environ, "HOME": str(where)}, capture_output=True, timeout=120, check=False
    )
    source = where / "node_modules/axe-core/axe.min.js"
    if done.returncode or not source.exists():
        pytest.skip("npm cannot bring axe-core here")
    return source.read_text()
