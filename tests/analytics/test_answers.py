"""Programs are asked once, and again when anything that they look at has changed."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from analytics import FakeClock, _run
from analytics._app import locate
from analytics._identity import Identities

LATER = 3600.0


@pytest.fixture
def repository(tmp_path):
    path = tmp_path / "repository"
    git(None, "init", "-q", str(path))
    git(path, "remote", "add", "origin", "https://github.com/a/b.git")
    (path / "sub").mkdir()
    return path


def git(path, *words):
    subprocess.run(["git", *(["-C", str(path)] if path else []), *words], check=True, capture_output=True)


@pytest.fixture
def asked(monkeypatch):
    """The programs that were started, in order."""
    started, real = [], _run.start

    def start(argv, environ):
        started.append(argv[0])
        return real(argv, environ)

    monkeypatch.setattr(_run, "start", start)
    return started


@pytest.fixture
def identify(environ):
    """Make the tags of one run; by this clock, all files were changed long ago."""

    def make(cwd, seconds=LATER, **changes):
        variables = {**environ, **changes}
        clock = FakeClock(time.time() + seconds)
        return Identities(locate(variables), variables, str(cwd), clock).tags(create=True)

    return make


def test_the_second_run_asks_nobody(identify, repository, asked):
    identify(repository)  # makes the secret
    first = identify(repository)
    del asked[:]
    assert identify(repository) == first
    assert first["git.origin"]
    assert asked == []


@pytest.mark.parametrize("variables", [{"TILT_ANALYTICS_IDS": "tilt"}, {"TILT_ANALYTICS_HASH_KEY": "k"}])
def test_nor_for_what_the_machine_is(identify, repository, asked, variables, tmp_path, monkeypatch):
    (tmp_path / "id").write_text("abc")
    monkeypatch.setattr("analytics._facts._MACHINE_ID_FILES", {"linux": (str(tmp_path / "id"),)})
    first = identify(repository, **variables)
    del asked[:]
    assert identify(repository, **variables) == first
    assert asked == []
    (tmp_path / "id").write_text("abcd")
    assert identify(repository, **variables)["machine"] != first["machine"]


def test_outside_git_nobody_is_asked_again(identify, tmp_path, asked):
    identify(tmp_path)
    identify(tmp_path)
    del asked[:]
    assert "git.origin" not in identify(tmp_path)
    assert asked == []


def set_url(repository, _home):
    git(repository, "remote", "set-url", "origin", "https://github.com/c/d.git")


def rewrite_with_the_same_size_and_time(repository, _home):
    path = repository / ".git/config"
    before = path.stat()
    path.write_text(path.read_text().replace("a/b", "c/d"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace_by_rename(repository, _home):
    new = repository / "new"
    new.write_text((repository / ".git/config").read_text().replace("a/b", "c/d"))
    new.rename(repository / ".git/config")


def instead_of_in_the_home(_repository, home):
    (home / ".gitconfig").write_text('[url "https://github.com/c/d"]\n\tinsteadOf = https://github.com/a/b\n')


def instead_of_in_xdg(_repository, home):
    (home / ".config/git").mkdir(parents=True)
    (home / ".config/git/config").write_text(
        '[url "https://github.com/c/d"]\n\tinsteadOf = https://github.com/a/b\n'
    )


@pytest.mark.parametrize(
    "change",
    [
        set_url,
        rewrite_with_the_same_size_and_time,
        replace_by_rename,
        instead_of_in_the_home,
        instead_of_in_xdg,
    ],
)
def test_a_change_is_seen_at_once(identify, repository, home, change):
    identify(repository)
    before = [identify(repository / "sub")["git.origin"] for _ in range(2)]
    change(repository, home)
    after = identify(repository / "sub")["git.origin"]
    assert after != before[0] == before[1]


def test_an_included_file_that_appears_or_changes_is_seen(identify, repository, home, asked):
    (home / ".gitconfig").write_text("[include]\n\tpath = more\n")
    seen = []
    for content in (None, "", '[url "https://x/"]\n\tinsteadOf = https://github.com/\n'):
        if content is not None:
            (home / "more").write_text(content)
        identify(repository)
        del asked[:]
        seen.append(identify(repository)["git.origin"])
        assert asked == []
    assert seen[0] == seen[1] != seen[2]


def test_a_repository_that_appears_is_seen(identify, tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    identify(tmp_path / "a/b")
    assert "git.origin" not in identify(tmp_path / "a/b")
    git(None, "init", "-q", str(tmp_path / "a"))
    git(tmp_path / "a", "remote", "add", "origin", "https://h/x")
    assert "git.origin" in identify(tmp_path / "a/b")


def test_a_worktree_follows_the_common_configuration(identify, repository, tmp_path):
    git(repository, "-c", "user.name=n", "-c", "user.email=e@x", "commit", "-q", "--allow-empty", "-m", "m")
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"))
    for _ in range(2):
        before = identify(tmp_path / "tree")["git.origin"]
    set_url(repository, None)
    assert identify(tmp_path / "tree")["git.origin"] != before


def test_a_file_that_was_changed_just_now_is_not_trusted(identify, repository, asked):
    for _ in range(3):
        identify(repository, seconds=0.0)
    assert asked.count("git") == 6


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_CONFIG_COUNT", "GIT_CONFIG_GLOBAL", "GIT_ANYTHING"])
def test_a_variable_that_may_matter_makes_git_answer_itself(identify, repository, asked, name):
    for _ in range(2):
        identify(repository, **{name: "0"})
    assert asked.count("git") == 2


def test_variables_that_do_not_matter_do_not(identify, repository, asked):
    for _ in range(3):
        identify(
            repository,
            GIT_TERMINAL_PROMPT="0",
            GIT_SSH_COMMAND="ssh",
            GIT_AUTHOR_NAME="me",
            GIT_SSL_CAINFO="/ca",
        )
    assert asked.count("git") == 2


def test_after_a_day_git_is_asked_again(identify, repository, asked):
    identify(repository)
    identify(repository)
    del asked[:]
    identify(repository, seconds=LATER + 25 * 3600)
    assert "git" in asked


def test_a_git_that_hangs_makes_one_run_wait_and_not_the_next(identify, repository, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setattr("analytics._facts._GIT_SECONDS", 0.3)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    identify(repository)
    start = time.monotonic()
    assert "git.origin" not in identify(repository, PATH=os.environ["PATH"])
    assert "git.origin" not in identify(repository, PATH=os.environ["PATH"])
    assert time.monotonic() - start < 1.0


def test_the_file_says_nothing_to_others(identify, repository, home):
    for _ in range(2):
        identify(repository)
    path = home / ".tilt-dev/analytics/user/answers.txt"
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert "github" not in text
    assert "repository" not in text


@pytest.mark.parametrize("bit", range(8))
def test_damage_to_the_file_costs_a_question(identify, repository, home, bit):
    for _ in range(2):
        expected = identify(repository)
    path = Path(home / ".tilt-dev/analytics/user/answers.txt")
    data = path.read_bytes()
    for offset in range(bit, len(data), 16):
        path.write_bytes(data[:offset] + bytes([data[offset] ^ 1 << bit]) + data[offset + 1 :])
        assert identify(repository) == expected


def test_looking_keeps_nothing(environ, repository, home):
    clock = FakeClock(time.time() + LATER)
    Identities(locate(environ), environ, str(repository), clock).tags(create=False)
    assert not list(home.iterdir())
