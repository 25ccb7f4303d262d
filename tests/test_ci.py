"""What users put into their CI runs as it is written: the pre-commit hooks and the GitHub Action."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
PAGE = (ROOT / "docs" / "ci.md").read_text()
ON, OFF = "analytics_settings(enable=True)\n", "analytics_settings(enable=False)\n"
CONFIG = '[tool.tiltfile]\nanalytics = "on"\n'
#: what is installed here is seen by the Pythons that hooks and the action make: nothing is downloaded
OFFLINE = {
    "PYTHONPATH": os.pathsep.join(path for path in sys.path if path.endswith("site-packages")),
    "PIP_NO_INDEX": "1",
    "PIP_NO_BUILD_ISOLATION": "0",  # pip's own way to say yes
    "PIP_NO_DEPS": "1",
}


@pytest.fixture
def repository(tmp_path) -> Path:
    """A git repository with a good and a bad Tiltfile, and a policy."""
    where = tmp_path / "shop"
    for name, text in {"web/Tiltfile": ON, "api v2/Tiltfile": OFF, "pyproject.toml": CONFIG}.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_text(text)
    git(where, "init", "--quiet")
    git(where, "add", "--all")
    return where


def git(where: Path, *words: str) -> None:
    name = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    subprocess.run(["git", *name, *words], cwd=where, check=True)


def run(command: list[str], where: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **OFFLINE, **environ}
    return subprocess.run(command, cwd=where, env=env, capture_output=True, text=True, check=False)


# ---- pre-commit ------------------------------------------------------------------------------------


def test_the_hooks_are_what_pre_commit_takes():
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    assert run(command, ROOT).returncode == 0


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_hooks_run_for_the_files_that_a_check_finds(hook):
    names = ["Tiltfile", "web/Tiltfile", "Tiltfile.local", "web.Tiltfile", "Tiltfiles/x.py"]
    assert [name for name in names if re.search(hook["files"], name)] == ["Tiltfile", "web/Tiltfile"]


@pytest.fixture
def hooks(tmp_path) -> Path:
    """This package as a repository of hooks, as it is now."""
    where = tmp_path / "hooks"
    where.mkdir()
    tracked = (
        "tiltfile_ext",
        "analytics",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        ".pre-commit-hooks.yaml",
    )
    subprocess.run(["cp", "-R", *(str(ROOT / name) for name in tracked), str(where)], check=True)
    git(where, "init", "--quiet")
    git(where, "add", "--all")
    git(where, "commit", "--quiet", "--message", "all")
    return where


def test_pre_commit_installs_and_runs_the_hooks(repository, hooks, tmp_path):
    def hook(name: str) -> subprocess.CompletedProcess[str]:
        words = ["try-repo", str(hooks), name, "--all-files", "--verbose"]
        return run(
            [sys.executable, "-m", "pre_commit", *words], repository, PRE_COMMIT_HOME=str(tmp_path / "cache")
        )

    checked = hook("tiltfile-check")
    assert "api v2/Tiltfile:1:19: TF101" in checked.stdout, checked.stdout + checked.stderr
    assert "2 Tiltfiles checked: 1 finding" in checked.stdout
    assert checked.returncode == 1
    fixed = hook("tiltfile-fix")
    assert "files were modified by this hook" in fixed.stdout
    assert (repository / "api v2/Tiltfile").read_text() == ON


# ---- GitHub Action ---------------------------------------------------------------------------------


def filled(text: str, inputs: dict[str, str]) -> str:
    """*text* as the runner of GitHub fills it in."""
    known = {"github.action_path": str(ROOT)}
    known |= {f"inputs.{name}": inputs.get(name, told["default"]) for name, told in ACTION["inputs"].items()}
    return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda match: known[match[1]], text)


@pytest.fixture
def act(repository, tmp_path):
    """Run the last step of the action in the repository, with inputs; the first is run by another test."""
    bin_ = tmp_path / "temp" / "tiltfile" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "tiltfile").write_text(f'#!/bin/sh\nexec {sys.executable} -m tiltfile_ext "$@"\n')
    (bin_ / "tiltfile").chmod(0o755)
    return lambda **inputs: step(1, repository, tmp_path / "temp", inputs)


def step(
    number: int, repository: Path, temp: Path, inputs: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    told = ACTION["runs"]["steps"][number]
    assert told["shell"] == "bash"
    environ = {name: filled(text, inputs) for name, text in told["env"].items()}
    environ |= {"RUNNER_TEMP": str(temp), "GITHUB_WORKSPACE": str(repository), "CI": "true"}
    where = repository / filled(told.get("working-directory", "."), inputs)
    path = os.pathsep.join(filter(None, sys.path))
    script = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", told["run"]]
    return run(script, where, **environ, **({} if number == 0 else {"PYTHONPATH": path}))


def test_the_action_installs_the_program_of_its_own_checkout(repository, tmp_path):
    done = step(0, repository, tmp_path, {"python": sys.executable})
    assert done.returncode == 0, done.stderr
    program = tmp_path / "tiltfile" / "bin" / "tiltfile"
    assert run([str(program), "--version"], repository).stdout.startswith("tiltfile ")


def test_the_action_marks_lines_in_the_pull_request(act):
    done = act()
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith("::error file=api v2/Tiltfile,line=1,col=19,title=TF101::")


def test_the_action_marks_the_same_lines_from_a_directory_below(act):
    done = act(**{"working-directory": "api v2"})
    assert done.stdout.splitlines()[0].startswith("::error file=api v2/Tiltfile,line=1,")


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"paths": "web web/Tiltfile"}, 0),
        ({"paths": "w*/**/Tiltfile"}, 0),
        ({"ignore": "TF101"}, 0),
        ({"select": "TF2,TF3"}, 0),
        ({"analytics": "off", "paths": "web"}, 1),
        ({"arguments": "--no-run --jobs 1", "paths": "web"}, 0),
        ({"baseline": "none.json"}, 2),
        ({"paths": "$(touch hacked)"}, 2),
        ({"select": "TF1; touch hacked"}, 2),
    ],
)
def test_every_input_of_the_action_counts_and_none_is_a_script(act, repository, inputs, code):
    done = act(**inputs)
    assert done.returncode == code, done.stdout + done.stderr
    assert not (repository / "hacked").exists()


def test_the_action_writes_a_file_for_others(act, repository):
    done = act(format="junit", output="found.xml")
    assert (done.returncode, done.stdout) == (1, "")
    assert "<testsuites" in (repository / "found.xml").read_text()


# ---- documentation ---------------------------------------------------------------------------------


def test_every_input_is_documented_as_it_is():
    for name, told in ACTION["inputs"].items():
        default = f"`{told['default']}`" if told["default"] else ""
        assert f"| `{name}` | {told['description']} | {default} |" in PAGE


def test_what_the_page_shows_uses_hooks_and_inputs_that_there_are():
    shown = [
        yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    ]
    assert len(shown) == 4
    for hook in re.findall(r"- id: (\S+)", PAGE):
        assert hook in HOOKS
    used = [
        each["with"]
        for each in (*shown[0]["jobs"]["tiltfiles"]["steps"], *shown[1])
        if "tiltfile-ext" in each["uses"]
    ]
    assert len(used) == 2
    for inputs in used:
        assert set(inputs) <= set(ACTION["inputs"])
