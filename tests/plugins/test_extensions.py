"""Extensions: where they come from, and what is remembered of them."""

import os
import subprocess

import pytest

from analytics import MemoryAnalytics, Opt
from tiltfile_ext.report import Reporter
from tiltfile_ext.result_json import result_fields
from tiltfile_ext.testing import printed
from tiltfile_ext.values.extensions.used import Extensions

REPO = 'v1alpha1.extension_repo("default", url="file://%s/repo" % os.getcwd())\n'
FILES = {"repo/hello/Tiltfile": 'print("hello from", __name__)\ndef hi(): pass\n', "repo/a/b/Tiltfile": ""}


def message(result) -> str:
    return str(result.error).split("\n")[-1].partition(": ")[2]


def extension(result, name) -> dict:
    return result_fields(result)["ObjectSet"]["tilt.dev/v1alpha1, Resource=extensions"][name]


# ---- from a directory ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call", ['load("ext://hello", "hi")', 'include("ext://hello")', 'load_dynamic("ext://hello")']
)
def test_an_extension_is_a_tiltfile_in_the_default_repository(tiltfile, call):
    assert printed(tiltfile(REPO + call, files=FILES)) == "hello from Tiltfile"


def test_an_extension_that_nobody_registered_is_registered_by_the_loader(tiltfile):
    assert extension(tiltfile(REPO + 'include("ext://a/b")', files=FILES), "a_b") == {
        "metadata": {"name": "a_b", "annotations": {"tilt.dev/managed-by": "tiltfile.loader"}},
        "spec": {"repoName": "default", "repoPath": "a/b"},
        "status": {},
    }


def test_a_registered_extension_says_its_repository_and_path(tiltfile):
    text = REPO + 'v1alpha1.extension("x", repo_name="default", repo_path="hello")\ninclude("ext://x")'
    assert printed(tiltfile(text, files=FILES)) == "hello from Tiltfile"


def test_an_extension_may_be_registered_after_it_was_loaded(tiltfile):
    text = (
        REPO + 'include("ext://hello")\nv1alpha1.extension("hello", repo_name="default", repo_path="hello")'
    )
    assert "annotations" not in extension(tiltfile(text, files=FILES), "hello")["metadata"]


def test_the_first_word_may_name_the_load_host_of_a_repository(tiltfile):
    text = 'v1alpha1.extension_repo("corp", url="file://%s/repo" % os.getcwd(), load_host="corp.io")\n'
    result = tiltfile(text + 'include("ext://corp.io/a/b")', files=FILES)
    assert extension(result, "corp.io_a_b")["spec"] == {"repoName": "corp", "repoPath": "a/b"}


@pytest.mark.parametrize(
    ("repo", "module", "text"),
    [
        (
            'url="file:///nope"',
            "x",
            "loading extension repo default: loading: stat /nope: no such file or directory",
        ),
        ('url="file://" + __file__', "x", "loading extension repo default: loading: not a directory"),
        (
            'url="file:///", ref="v1"',
            "x",
            "loading extension repo default: spec.ref not supported on file:// repos",
        ),
        (
            'url="file:///usr/../"',
            "x/y",
            "loading extension x_y: no extension tiltfile found at /x/y/Tiltfile",
        ),
        ('url="file://%s/repo" % os.getcwd()', "../x", "loading extension .._x: invalid repo path: ../x"),
    ],
)
def test_an_extension_that_cannot_be_had_is_an_error(tiltfile, repo, module, text):
    result = tiltfile(f'v1alpha1.extension_repo("default", {repo})\nload("ext://{module}", "y")', files=FILES)
    assert message(result).removeprefix(f"cannot load ext://{module}: ") == text
    assert not result[Extensions].modules


def test_each_extension_is_reported_once_as_it_was_written(tiltfile):
    calls = 'include("ext://hello")\ninclude("ext://hello/")\nload("ext://hello", "hi")\n'
    memory = MemoryAnalytics(user=Opt.IN)
    Reporter(memory).report(tiltfile(REPO + calls, files=FILES))
    names = [tags["ext_name"] for name, tags in memory.events if name.endswith("tiltfile.loaded.plugin")]
    assert names == ["hello", "hello/"]


def test_an_extension_is_reported_even_if_it_fails_then(tiltfile):
    result = tiltfile(REPO + 'include("ext://hello")', files={"repo/hello/Tiltfile": "fail('no')"})
    assert list(result[Extensions].modules) == ["hello"]


# ---- from a clone -------------------------------------------------------------------------------

DEFAULT = "https://github.com/tilt-dev/tilt-extensions"
CLONE = ".local/share/tilt-dev/tilt_modules/github.com/tilt-dev/tilt-extensions"


class Upstream:
    """A repository that git finds in place of Tilt's own."""

    def __init__(self, root) -> None:
        self.home = root / "home"
        self.path = root / "upstream"
        self.path.mkdir(parents=True)
        self.home.mkdir()
        config = f'[url "file://{self.path}"]\ninsteadOf = {DEFAULT}\n[user]\nname = a\nemail = a@b\n'
        (self.home / ".gitconfig").write_text(config)
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(self.home)}
        self.git("init", "-q")

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.path, env=self.environ, check=True, capture_output=True)

    def commit(self, text: str, tag: str = "") -> None:
        (self.path / "hello").mkdir(exist_ok=True)
        (self.path / "hello/Tiltfile").write_text(f"print({text!r})\n")
        self.git("add", ".")
        self.git("commit", "-qm", "x")
        if tag:
            self.git("tag", tag)


@pytest.fixture
def upstream(tmp_path, monkeypatch):
    made = Upstream(tmp_path / "git")
    made.commit("one", tag="v1")
    made.commit("two")
    monkeypatch.setattr("tiltfile_ext.values.extensions.repos.REPOS._known", {})
    return made


def load_hello(tiltfile, upstream, ref=""):
    repo = f'v1alpha1.extension_repo("default", url="{DEFAULT}", ref="{ref}")\n' if ref else ""
    return tiltfile(repo + 'include("ext://hello")', environ=upstream.environ)


def forget(monkeypatch):
    """As if another process began."""
    monkeypatch.setattr("tiltfile_ext.values.extensions.repos.REPOS._known", {})


def test_the_default_repository_is_cloned_to_where_tilt_keeps_it(tiltfile, upstream):
    assert printed(load_hello(tiltfile, upstream)) == "two"
    assert (upstream.home / CLONE / "hello/Tiltfile").is_file()


def test_a_process_fetches_a_repository_once_the_next_one_pulls(tiltfile, upstream, monkeypatch):
    load_hello(tiltfile, upstream)
    upstream.commit("three")
    assert printed(load_hello(tiltfile, upstream)) == "two"
    forget(monkeypatch)
    assert printed(load_hello(tiltfile, upstream)) == "three"


def test_a_clone_is_used_as_it_is_where_it_cannot_be_updated(tiltfile, upstream, monkeypatch):
    load_hello(tiltfile, upstream)
    forget(monkeypatch)
    upstream.path.rename(upstream.path.with_name("gone"))
    assert printed(load_hello(tiltfile, upstream)).splitlines()[-1] == "two"


def test_a_version_is_checked_out(tiltfile, upstream, monkeypatch):
    assert printed(load_hello(tiltfile, upstream, "v1")) == "one"
    forget(monkeypatch)
    assert printed(load_hello(tiltfile, upstream, "v1")) == "one"


def test_a_version_that_is_not_there_is_fetched_by_cloning_again(tiltfile, upstream, monkeypatch):
    load_hello(tiltfile, upstream)
    upstream.commit("three", tag="v3")
    forget(monkeypatch)
    assert printed(load_hello(tiltfile, upstream, "v3")).splitlines()[-1] == "three"


def test_an_unknown_version_is_an_error(tiltfile, upstream):
    result = load_hello(tiltfile, upstream, "nope")
    assert message(result) == "loading extension repo default: sync to ref nope: exit status 1"
    assert "error: pathspec 'nope' did not match" in printed(result)


def test_a_failed_download_is_not_tried_again_at_once(tiltfile, upstream):
    upstream.path.rename(upstream.path.with_name("gone"))
    first, second = load_hello(tiltfile, upstream), load_hello(tiltfile, upstream)
    assert message(first) == message(second)
    assert message(first).endswith(
        "download error: waiting 5s before retrying. Original error: exit status 128"
    )
    assert "git clone" in printed(first)
    assert printed(second) == ""


def test_the_tiltfile_cannot_move_the_clones(tiltfile, upstream):
    tiltfile('os.putenv("XDG_DATA_HOME", "/nonexistent")\ninclude("ext://hello")', environ=upstream.environ)
    assert (upstream.home / CLONE).is_dir()


def test_without_git_the_download_fails(tiltfile, upstream):
    result = tiltfile('include("ext://hello")', environ={**upstream.environ, "PATH": "/nonexistent"})
    assert message(result).endswith('Original error: exec: "git": executable file not found in $PATH')
