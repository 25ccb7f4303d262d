"""The code in the documentation runs, and its console sessions print what they show."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tiltfile_ext.testing import load_text

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: what a page says if its console sessions are parts of one, which begins in an empty directory
ONE_SESSION = "<!-- one session -->"
#: a command, its further lines, and what it prints
_COMMAND = re.compile(r"^\$ (.*\n(?:> ?.*\n)*)((?:(?!\$ ).*\n)*)", re.MULTILINE)
#: runs a command in this very shell, and writes a NUL behind what it prints
_STEP = """{{ {command}
}} 2>&1; code=$?; printf '\\0'; (exit $code)
"""


def blocks_of(page: Path, language: str) -> list[tuple[str, str]]:
    """Name and text of each block of *page* in *language*."""
    return [
        (f"{page.relative_to(ROOT)}-{number}", match[2])
        for number, match in enumerate(_BLOCK.finditer(page.read_text()))
        if match[1] == language
    ]


def blocks(language: str) -> list:
    return [pytest.param(text, id=name) for page in PAGES for name, text in blocks_of(page, language)]


def sessions() -> list:
    """Each console session, and whether it begins in an empty directory."""
    found = []
    for page in PAGES:
        parts = blocks_of(page, "console")
        if ONE_SESSION in page.read_text():
            whole = "".join(text for _, text in parts)
            found.append(pytest.param(whole, True, id=str(page.relative_to(ROOT))))
        else:
            found += [pytest.param(text, False, id=name) for name, text in parts]
    return found


@pytest.mark.parametrize("code", blocks("python"))
def test_python_blocks_run(code, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    exec(compile(code, "<documentation>", "exec"), {"__name__": "documentation"})


@pytest.mark.parametrize("code", blocks("starlark"))
def test_tiltfile_blocks_load(code):
    assert load_text(code).error is None


def commands_of(session: str) -> list[tuple[str, str]]:
    """Each command with what it prints; lines that continue a command begin with ``> ``."""
    return [(re.sub(r"\n> ?", "\n", command), shown) for command, shown in _COMMAND.findall(session)]


def run_session(commands: list[str], directory: Path, tmp_path: Path) -> list[str]:
    """What each of *commands* prints, run by one shell."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "tiltfile").write_text(f'#!/bin/sh\nexec {sys.executable} -m tiltfile_ext "$@"\n')
    (bin_ / "tiltfile").chmod(0o755)
    environ = {
        **os.environ,
        "PATH": f"{bin_}:{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONUNBUFFERED": "1",  # what goes to both streams is shown in the order written
    }
    script = "".join(_STEP.format(command=command.rstrip("\n")) for command in commands)
    printed = subprocess.check_output(
        ["sh", "-c", f"{script}exit 0"], cwd=directory, env=environ, stdin=subprocess.DEVNULL, text=True
    )
    return printed.split("\0")[:-1]


@pytest.mark.parametrize(("session", "apart"), sessions())
def test_console_sessions_print_what_they_show(session, apart, tmp_path):
    commands = commands_of(session)
    directory = tmp_path / "empty" if apart else ROOT
    directory.mkdir(exist_ok=True)
    printed = run_session([command for command, _ in commands], directory, tmp_path)
    for (command, shown), got in zip(commands, printed, strict=True):
        pattern = ".*".join(map(re.escape, shown.strip().split("…")))
        assert re.fullmatch(pattern, got.strip(), re.DOTALL), f"$ {command}{got}"


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_links_to_elsewhere_are_addresses():
    for page in PAGES:
        for address in re.findall(r"\]\((https?:[^)]*)\)|<(https?:[^>]*)>", page.read_text()):
            parts = urlsplit("".join(address))
            assert parts.hostname, f"{page.name}: {address}"
            assert parts.port is None or parts.hostname == "127.0.0.1", f"{page.name}: {address}"


def test_every_page_can_be_found_in_the_navigation():
    index = (ROOT / "docs" / "index.md").read_text()
    found = re.findall(r"^```\{toctree\}\n(?::[^\n]*\n)*\n(.*?)^```$", index, re.MULTILINE | re.DOTALL)
    pages = {str(page.relative_to(ROOT / "docs"))[: -len(".md")] for page in PAGES[1:]} - {"index"}
    assert sorted("\n".join(found).split()) == sorted(pages), "docs/index.md names each page once"
