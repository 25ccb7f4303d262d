"""Which files the words of a command line mean."""

import os
import random
import subprocess

import pytest

from tiltfile_ext.fleet import NoTiltfileError, find_tiltfiles


@pytest.fixture
def tree(tmp_path):
    """Make files, and a git work tree of them if wanted; returns a function that finds below it."""

    def make(*files, git=True, **texts):
        for name in files:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        if git:
            git_init(tmp_path)

        def find(*arguments, **options):
            found = find_tiltfiles(arguments, cwd=str(tmp_path), **options)
            return [os.path.relpath(path, tmp_path) for path in found]

        return find

    return make


def git_init(directory):
    subprocess.run(["git", "init", "-q", str(directory)], check=True)


def ignore(directory, text):
    (directory / ".gitignore").write_text(text)


@pytest.mark.parametrize("git", [True, False])
def test_a_directory_means_the_files_called_tiltfile_below_it(tree, git):
    find = tree(
        "b/Tiltfile", "Tiltfile", "a/x/Tiltfile", "a/lib.Tiltfile", "a/Tiltfile.local", "Tiltfiles", git=git
    )
    assert find() == ["Tiltfile", "a/x/Tiltfile", "b/Tiltfile"]
    assert find("a", "b") == ["a/x/Tiltfile", "b/Tiltfile"]


@pytest.mark.parametrize("git", [True, False])
def test_ignored_files_are_left_out(tree, tmp_path, git):
    find = tree("a/Tiltfile", "build/Tiltfile", "a/out/Tiltfile", "a/kept/out/Tiltfile", git=git)
    ignore(tmp_path, "build/\n*/out/\n")
    assert find() == ["a/Tiltfile", "a/kept/out/Tiltfile"]


@pytest.mark.parametrize("git", [True, False])
def test_a_file_may_be_named_whatever_it_is_called_and_though_it_is_ignored(tree, tmp_path, git):
    find = tree("a/services.star", "a/Tiltfile", git=git)
    ignore(tmp_path, "*.star")
    assert find("a/services.star", "a") == ["a/Tiltfile", "a/services.star"]


@pytest.mark.parametrize("git", [True, False])
@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("**/Tiltfile", ["Tiltfile", "a/Tiltfile", "a/b/Tiltfile"]),
        ("*/Tiltfile", ["a/Tiltfile"]),
        ("a/**", ["a/Tiltfile", "a/b/Tiltfile", "a/b/x.tiltfile"]),
        ("**/*.tiltfile", ["a/b/x.tiltfile"]),
        ("[ab]/?iltfile", ["a/Tiltfile"]),
        ("[!a]*", ["Tiltfile"]),
    ],
)
def test_a_pattern_means_files_of_any_name(tree, pattern, found, git):
    assert tree("Tiltfile", "a/Tiltfile", "a/b/Tiltfile", "a/b/x.tiltfile", git=git)(pattern) == sorted(found)


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(tree):
    assert tree("[a]/Tiltfile", "a/Tiltfile")("[a]/Tiltfile") == ["[a]/Tiltfile"]


def test_a_file_is_found_once_however_often_it_is_meant(tree, tmp_path):
    find = tree("a/Tiltfile")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "Tiltfile").symlink_to("../a/Tiltfile")
    assert find("a/Tiltfile", "a", "./a//Tiltfile", ".") == ["a/Tiltfile"]


def test_a_file_that_was_deleted_but_is_still_tracked_is_not_found(tree, tmp_path):
    find = tree("a/Tiltfile", "b/Tiltfile")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    (tmp_path / "b" / "Tiltfile").unlink()
    assert find() == ["a/Tiltfile"]


@pytest.mark.parametrize("git", [True, False])
def test_clones_inside_a_directory_are_asked_in_turn(tree, tmp_path, git):
    find = tree("one/Tiltfile", "two/deep/Tiltfile", "two/build/Tiltfile", "Tiltfile", git=git)
    git_init(tmp_path / "one")
    git_init(tmp_path / "two")
    ignore(tmp_path / "two", "build")
    assert find() == ["Tiltfile", "one/Tiltfile", "two/deep/Tiltfile"]


def test_hooks_of_another_repository_change_nothing(tree, tmp_path, monkeypatch):
    find = tree("a/Tiltfile")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert find() == ["a/Tiltfile"]


def test_without_git_its_directories_are_not_entered(tree, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert tree("a/Tiltfile", "node_modules/x/Tiltfile", ".venv/Tiltfile", git=False)() == ["a/Tiltfile"]


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("nowhere", "nowhere: there is no such file or directory"),
        ("empty", "empty: no file called Tiltfile that git does not ignore"),
        ("**/*.star", "**/*.star: no file matches that git does not ignore"),
        ("nowhere/*", "nowhere/*: no file matches"),
    ],
)
def test_an_argument_that_leads_nowhere_is_an_error(tree, tmp_path, argument, message):
    find = tree("Tiltfile")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoTiltfileError) as raised:
        find("Tiltfile", argument)
    assert str(raised.value).startswith(message)


def test_what_is_excluded_is_left_out_though_it_is_named(tree):
    find = tree("a/Tiltfile", "third_party/x/Tiltfile", "a/testdata/Tiltfile")
    assert find(".", "third_party/x/Tiltfile", exclude=["third_party/", "testdata"]) == ["a/Tiltfile"]
    with pytest.raises(NoTiltfileError, match="every Tiltfile found is excluded by a"):
        find("a/Tiltfile", exclude=["a"])


_NAMES = ["a", "b", "out", "x.py"]
_LINES = [
    "out",
    "out/",
    "/out",
    "a/*",
    "**/b",
    "!b",
    "*.py",
    "!a/x.py",
    "a/**",
    "a/**/out",
    "# out",
    "",
    "\\!b",
    "[ab]",
    "?",
    "b/ ",
    "x.p[!z]",
]


@pytest.mark.parametrize("seed", range(25))
def test_gitignore_is_read_as_git_reads_it(tmp_path, monkeypatch, seed):
    rng = random.Random(seed)
    for place in ("repo", "plain"):
        (tmp_path / place).mkdir()
    for _ in range(12):
        path = "/".join(
            [*rng.choices(_NAMES[:3], k=rng.randrange(4)), "Tiltfile" if rng.random() < 0.5 else "x.py"]
        )
        write(tmp_path, path, "")
    for directory in ("", "a/"):
        write(tmp_path, f"{directory}.gitignore", "\n".join(rng.choices(_LINES, k=rng.randrange(5))) + "\n")
    git_init(tmp_path / "repo")

    def found(place):
        try:
            return [
                os.path.relpath(path, tmp_path / place)
                for path in find_tiltfiles(["**"], cwd=str(tmp_path / place))
            ]
        except NoTiltfileError:
            return []

    assert found("plain") == found("repo")


def write(base, path, text):
    for place in ("repo", "plain"):
        (base / place / path).parent.mkdir(parents=True, exist_ok=True)
        (base / place / path).write_text(text)
