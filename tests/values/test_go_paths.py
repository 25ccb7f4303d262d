"""Paths as Go's filepath package sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.values.go import paths as go_paths


@pytest.mark.parametrize(
    ("path", "cleaned"),
    [("", "."), ("a//b/./c/../d/", "a/b/d"), ("/..", "/"), ("//a", "/a"), ("../..", "../.."), ("a/..", ".")],
)
def test_clean_gives_the_shortest_path(path, cleaned):
    assert go_paths.clean(path) == cleaned


@pytest.mark.parametrize(
    ("parts", "joined"),
    [((), ""), (("", ""), ""), (("a", "", "b"), "a/b"), (("a", "/b"), "a/b"), (("/", "..", "x"), "/x")],
)
def test_join_leaves_out_empty_parts(parts, joined):
    assert go_paths.join(*parts) == joined


def test_an_absolute_path_stays_as_written():
    assert go_paths.resolve("/d", "/a/../b") == "/a/../b"
    assert go_paths.resolve("/d", "a/../b") == "/d/b"


@pytest.mark.parametrize(
    ("path", "base", "parent"),
    [
        ("", ".", "."),
        ("a", "a", "."),
        ("a/", "a", "a"),
        ("/a", "a", "/"),
        ("///", "/", "/"),
        ("a/b//", "b", "a/b"),
        ("a//b", "b", "a"),
    ],
)
def test_base_and_dir_name_split_a_path(path, base, parent):
    assert (go_paths.base(path), go_paths.dir_name(path)) == (base, parent)


@pytest.mark.parametrize(
    ("base", "target", "relative"),
    [
        ("/a/b", "/a/c/d", "../c/d"),
        ("/a", "/a/b", "b"),
        ("a", "a", "."),
        ("a", "..", "../.."),
        (".", "a", "a"),
        ("..", "../a", "a"),
        ("/ab", "/a", "../a"),
    ],
)
def test_rel_leads_from_one_path_to_another(base, target, relative):
    assert go_paths.rel(base, target) == relative


@pytest.mark.parametrize(("base", "target"), [("/a", "b"), ("a", "/b"), ("..", "a"), ("../../a", "../b")])
def test_rel_says_when_there_is_no_way(base, target):
    with pytest.raises(ValueError, match=f"^Rel: can't make {target} relative to {base}$"):
        go_paths.rel(base, target)


_PATHS = st.lists(st.sampled_from(["a", "b", "..", ".", "", "/"]), max_size=6).map("/".join)


@given(_PATHS)
def test_clean_is_done_after_one_time(path):
    cleaned = go_paths.clean(path)
    assert go_paths.clean(cleaned) == cleaned
    assert cleaned.startswith("/") == path.startswith("/")


@given(_PATHS, _PATHS)
def test_rel_joined_to_the_base_is_the_target(base, target):
    try:
        relative = go_paths.rel(base, target)
    except ValueError:
        return
    assert go_paths.join(base, relative) == go_paths.clean(target) or not base
