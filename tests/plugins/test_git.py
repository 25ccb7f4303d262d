"""Git repositories on this machine."""

import pytest

from tiltfile_ext.result_json import result_fields
from tiltfile_ext.testing import printed

FILES = {".git/HEAD": "", "worktree/.git": "gitdir: elsewhere", "plain/x": ""}


def message(result) -> str:
    return str(result.error).split("\n")[-1].partition(": ")[2]


def test_a_repository_prints_its_path_and_joins_others_to_it(tiltfile, tmp_path):
    result = tiltfile("r = local_git_repo('.')\nprint(type(r), r, r.paths('a/../b'), bool(r))", files=FILES)
    assert printed(result) == f"git.Repo [git.Repo] '{tmp_path}' {tmp_path}/b True"


def test_only_the_argument_of_paths_counts(tiltfile):
    result = tiltfile("r = local_git_repo('.')\nr.paths('a')\nr.paths(paths='b')", files=FILES)
    assert result.tags == {
        "tiltfile.invoked.local_git_repo": "1",
        "tiltfile.invoked.local_git_repo.arg.paths": "1",
        "tiltfile.invoked.paths.arg.paths": "2",
    }


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("paths()", "paths: missing argument for paths"),
        ("paths(1)", "paths: for parameter paths: got int, want string"),
        ("paths('a', 'b')", "paths: got 2 arguments, want at most 1"),
        ("paths(path='a')", 'paths: unexpected keyword argument "path" (did you mean paths?)'),
    ],
)
def test_paths_is_bound_like_any_built_in(tiltfile, call, text):
    result = tiltfile(f"local_git_repo('.').{call}", files=FILES)
    assert message(result) == text
    assert not any(tag.startswith("tiltfile.invoked.paths") for tag in result.tags)


def test_a_worktree_is_a_repository(tiltfile):
    assert tiltfile("local_git_repo('worktree')", files=FILES).error is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("nope", "Reading paths {0}/nope: stat {0}/nope: no such file or directory"),
        ("plain", "{0}/plain isn't a valid git repo: it doesn't have a .git/ directory"),
    ],
)
def test_a_directory_without_git_is_none(tiltfile, tmp_path, path, text):
    assert message(tiltfile(f"local_git_repo('{path}')", files=FILES)) == text.format(tmp_path)


def test_a_repository_stands_for_its_directory(tiltfile, tmp_path):
    result = tiltfile("local_resource('a', 'b', deps=[local_git_repo('.')])", files=FILES)
    target = result_fields(result)["Manifests"][0]["DeployTarget"]
    assert target["Deps"] == [str(tmp_path)]
    assert target["FileWatchIgnores"] == [{"basePath": f"{tmp_path}/.git"}]
