"""Which changes do not matter."""

import pytest

from tiltfile_ext.watching._ignored import ignored_by
from tiltfile_ext.watching._patterns import Patterns


@pytest.mark.parametrize(
    ("pattern", "path", "ignored"),
    [
        ("a.txt", "/d/a.txt", True),
        ("a.txt", "/d/sub/a.txt", False),
        ("sub", "/d/sub/deep/a.txt", True),
        ("*.txt", "/d/a.txt", True),
        ("*.txt", "/d/sub/a.txt", False),
        ("**/*.txt", "/d/a.txt", True),
        ("**/*.txt", "/d/sub/deep/a.txt", True),
        ("sub/**", "/d/sub/deep/a.txt", True),
        ("**a", "/d/ba", False),
        ("?.txt", "/d/ab.txt", False),
        ("[a-c].txt", "/d/b.txt", True),
        ("[^a].txt", "/d/a.txt", False),
        (r"\*.txt", "/d/a.txt", False),
        (r"\*.txt", "/d/*.txt", True),
        (r"a\**", "/d/a*b", True),
        ("a+b(c)", "/d/a+b(c)", True),
        ("/elsewhere/x", "/elsewhere/x", True),
        ("  a.txt  ", "/d/a.txt", True),
    ],
)
def test_a_pattern_matches_as_in_a_dockerignore(pattern, path, ignored):
    assert Patterns("/d", [pattern]).match(path) is ignored


def test_the_last_pattern_that_matches_decides():
    patterns = Patterns("/d", ["*", "!keep", "keep/not"])
    assert [patterns.match(f"/d/{name}") for name in ("x", "keep/x", "keep/not")] == [True, False, True]


@pytest.mark.parametrize(("patterns", "whole"), [(["out"], True), (["out", "!out/keep"], False)])
def test_a_directory_is_skipped_only_if_nothing_in_it_can_count(patterns, whole):
    assert Patterns("/d", patterns).match_all_below("/d/out") is whole


@pytest.mark.parametrize("pattern", ["[a", "[]", "a\\", "[b-a]"])
def test_a_malformed_pattern_is_an_error(pattern):
    with pytest.raises(ValueError, match="malformed"):
        Patterns("/d", [pattern])


def test_a_load_ignores_what_its_settings_name(tiltfile, tmp_path):
    files = {".tiltignore": "logs\n", "Dockerfile": "FROM scratch"}
    text = """
watch_settings(ignore='**/*.tmp')
watch_settings(ignore='[broken')
custom_build('img', 'true', ['.'], outputs_image_ref_to='ref.txt')
k8s_yaml(blob('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"img"}]}}'))
"""
    ignored = ignored_by(tiltfile(text, files=files))
    names = ("logs/a", "x/a.tmp", "ref.txt", "Tiltfile", "other.txt", "[broken")
    assert [name for name in names if ignored.match(f"{tmp_path}/{name}")] == ["logs/a", "x/a.tmp", "ref.txt"]


@pytest.mark.parametrize(
    "name", ["Tiltfile~", ".Tiltfile.swp", "4913", ".#Tiltfile", "#Tiltfile#", ".idea/x", "a___jb_tmp___"]
)
def test_what_editors_leave_lying_about_is_ignored(tiltfile, tmp_path, name):
    assert ignored_by(tiltfile("")).match(f"{tmp_path}/{name}")
