"""Web addresses of repositories."""

import pytest

from tiltfile_ext.values.extensions.repos import clones_directory
from tiltfile_ext.values.go.import_path import ImportPathError, repo_root
from tiltfile_ext.values.names import object_name


@pytest.mark.parametrize(
    ("path", "root", "url"),
    [
        ("github.com/org/repo", "github.com/org/repo", "https://github.com/org/repo"),
        ("github.com/org/repo/a/é", "github.com/org/repo", "https://github.com/org/repo"),
        ("gitlab.com/a/b/c/d", "gitlab.com/a/b/c/d", "https://gitlab.com/a/b/c/d"),
        ("bitbucket.org/a/b/c", "bitbucket.org/a/b", "https://bitbucket.org/a/b.git"),
        ("git.apache.org/a.git/b", "git.apache.org/a.git", "https://git.apache.org/a.git"),
        ("git.example.com/~a/b.git/c", "git.example.com/~a/b.git", "git.example.com/~a/b"),
    ],
)
def test_the_repository_of_an_address(path, root, url):
    assert repo_root(path) == (root, url)


MALFORMED = '{0}: invalid import path: malformed import path "{0}": '


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("", MALFORMED + "empty string"),
        ("-a", MALFORMED + "leading dash"),
        ("a//b", MALFORMED + "double slash"),
        ("a/", MALFORMED + "trailing slash"),
        ("/a", MALFORMED + "empty path element"),
        ("a/..", MALFORMED + 'invalid path element ".."'),
        ("a/.b", MALFORMED + "leading dot in path element"),
        ("a/b.", MALFORMED + "trailing dot in path element"),
        ("u:p@a/b", MALFORMED + "invalid char ':'"),
        ("a/it's", MALFORMED + "invalid char '\\''"),
        ("a/Con.x", MALFORMED + 'disallowed path element "Con.x"'),
        ("a/b~1.x", MALFORMED + "trailing tilde and digits in path element"),
        ("github.com/a", 'invalid github.com/ import path "github.com/a"'),
        ("github.com/a/b.git", "invalid version control suffix in github.com/ path"),
        ("example.com/a", "dynamic lookup required to find mapping"),
        ("example.com/a.hg", "only git repositories can be downloaded, not hg"),
    ],
)
def test_why_an_address_leads_to_no_repository(path, text):
    with pytest.raises(ImportPathError) as raised:
        repo_root(path)
    assert str(raised.value) == text.format(path)


@pytest.mark.parametrize(
    ("home", "data_home", "directory"),
    [
        ("/h", "/d", "/d/tilt-dev/tilt_modules"),
        ("/h", "relative", "/h/.local/share/tilt-dev/tilt_modules"),
        ("", "", "/.local/share/tilt-dev/tilt_modules"),
    ],
)
def test_clones_are_kept_below_the_users_data(monkeypatch, home, data_home, directory):
    monkeypatch.setattr("sys.platform", "linux")
    assert clones_directory(home, data_home) == directory


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("hello", "hello"),
        ("a/b%c", "a_b_c"),
        (".", "_"),
        ("..", "__"),
        ("../x", ".._x"),
        ("abc123" * 50, ("abc123" * 50)[:244] + "-3c8e47c5"),
    ],
)
def test_the_object_of_an_extension_has_a_name_that_the_api_takes(module, name):
    assert object_name(module) == name
