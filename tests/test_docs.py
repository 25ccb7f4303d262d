"""The code in the documentation runs, and its console sessions print what they show."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tiltfile_ext.testing import load_text

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list:
    return [
        pytest.param(match[2], id=f"{page.relative_to(ROOT)}-{number}")
        for page in PAGES
        for number, match in enumerate(_BLOCK.finditer(page.read_text()))
        if match[1] == language
    ]


@pytest.mark.parametrize("code", blocks("python"))
def test_python_blocks_run(code, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    exec(compile(code, "<documentation>", "exec"), {"__name__": "documentation"})


@pytest.mark.parametrize("code", blocks("starlark"))
def test_tiltfile_blocks_load(code):
    assert load_text(code).error is None


@pytest.mark.parametrize("session", blocks("console"))
def test_console_sessions_print_what_they_show(session, tmp_path):
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "tiltfile").write_text(f'#!/bin/sh\nexec {sys.executable} -m tiltfile_ext "$@"\n')
    (bin_ / "tiltfile").chmod(0o755)
    environ = {
        **os.environ,
        "PATH": f"{bin_}:{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
        done = subprocess.run(
            ["sh", "-c", command], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )
        pattern = ".*".join(map(re.escape, shown.strip().split("…")))
        assert re.fullmatch(pattern, (done.stdout + done.stderr).strip(), re.DOTALL), (
            done.stdout + done.stderr
        )


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
