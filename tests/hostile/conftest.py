"""Runs `tiltfile load` on hostile Tiltfiles."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

#: what no user should ever see
_CRASHES = ('  File "', "panicked", "RUST_BACKTRACE", "Fatal Python error", "PanicException")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "TILT_DISABLE_ANALYTICS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }


@pytest.fixture
def load(tmp_path: Path, environ: dict[str, str]) -> Callable[..., tuple[int, str, str]]:
    """``load("--json", text="…")``: the exit code and both streams, once it is sure that nothing crashed."""

    def run(*options: str, text: str | bytes = "", path: str = "Tiltfile") -> tuple[int, str, str]:
        if path == "Tiltfile":
            (tmp_path / path).write_bytes(text if isinstance(text, bytes) else text.encode())
        done = subprocess.run(
            [sys.executable, "-m", "tiltfile_ext", "load", *options, path],
            cwd=tmp_path, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        said = done.stderr.decode("utf-8", "replace")
        assert not any(each in said for each in _CRASHES), said
        return done.returncode, done.stdout.decode("utf-8", "replace"), said

    return run
