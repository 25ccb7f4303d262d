"""What a look sees, and where it asks to be told of changes."""

import os

import pytest

from tiltfile_ext.watching._changes import changes
from tiltfile_ext.watching._ignored import Ignored
from tiltfile_ext.watching._look import MISSING, Looker
from tiltfile_ext.watching._patterns import Patterns

NOTHING = Ignored(())


@pytest.fixture
def look(tmp_path):
    """Look at names below the test's directory."""
    looker = Looker()
    return lambda *names, ignored=NOTHING: looker.look([f"{tmp_path}/{name}" for name in names], ignored)


def places(look, top):
    """The directories, from *top* on."""
    return sorted(os.path.relpath(place.path, top) for place in look.places)


def kinds(before, now, top):
    """What changed between two looks."""
    return [(os.path.relpath(path, top), kind) for path, kind in changes(before.marks, now.marks)]


def test_a_missing_file_is_awaited_in_the_nearest_directory_that_exists(look, tmp_path):
    seen = look("a/b/c.yaml")
    assert set(seen.marks.values()) == {MISSING}
    assert places(seen, tmp_path) == ["."]
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert places(look("a/b/c.yaml"), tmp_path) == ["a/b"]


def test_a_directory_that_was_replaced_is_another_place(look, tmp_path):
    (tmp_path / "d").mkdir()
    before = look("d/x").places
    (tmp_path / "d").rename(tmp_path / "old")
    (tmp_path / "d").mkdir()
    assert look("d/x").places != before


def test_a_link_is_watched_where_it_stands_and_where_it_leads(look, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_text("1")
    (tmp_path / "link").symlink_to("real/a")
    before = look("link")
    assert places(before, tmp_path) == [".", "real"]
    (tmp_path / "real" / "a").write_text("22")
    assert kinds(before, look("link"), tmp_path) == [("link", "changed")]


def test_a_link_that_leads_elsewhere_now_has_changed(look, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to("one")
    before = look("link")
    (tmp_path / "new").symlink_to("two")
    (tmp_path / "new").rename(tmp_path / "link")
    assert kinds(before, look("link"), tmp_path) == [("link", "changed")]


def test_a_watched_directory_stands_for_all_below_it(look, tmp_path):
    (tmp_path / "charts" / "templates").mkdir(parents=True)
    (tmp_path / "charts" / "old").write_text("")
    before = look("charts")
    (tmp_path / "charts" / "templates" / "new").write_text("")
    (tmp_path / "charts" / "old").unlink()
    assert places(before, tmp_path) == [".", "charts", "charts/templates"]
    assert kinds(before, look("charts"), tmp_path) == [
        ("charts/old", "deleted"),
        ("charts/templates/new", "created"),
    ]


def test_a_link_in_a_watched_directory_is_not_followed(look, tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "self").symlink_to(".")
    assert sorted(look("d").marks) == [f"{tmp_path}/d", f"{tmp_path}/d/self"]


def test_what_is_ignored_is_neither_marked_nor_looked_into(look, tmp_path):
    (tmp_path / "d" / "node_modules" / "x").mkdir(parents=True)
    seen = look("d", "secret", ignored=Ignored((Patterns(str(tmp_path), ["**/node_modules", "secret"]),)))
    assert sorted(seen.marks) == [f"{tmp_path}/d"]
    assert places(seen, tmp_path) == [".", "d"]


def test_a_file_that_was_touched_has_changed_though_it_says_the_same(look, tmp_path):
    path = tmp_path / "a"
    path.write_text("1")
    before = look("a")
    os.utime(path, ns=(1, 1))
    now = look("a")
    assert kinds(before, now, tmp_path) == [("a", "changed")]
    assert not before.marks[str(path)].says_else(now.marks[str(path)])


def test_a_file_that_only_got_another_name_or_mode_has_not_changed(look, tmp_path):
    path = tmp_path / "a"
    path.write_text("1")
    before = look("a")
    os.link(path, tmp_path / "b")
    path.chmod(0o600)
    assert kinds(before, look("a"), tmp_path) == []


def test_a_file_is_read_again_only_if_it_was_written(look, tmp_path, monkeypatch):
    (tmp_path / "a").write_text("1")
    before = look("a")
    monkeypatch.setattr("builtins.open", None)
    assert look("a") == before


def test_a_path_that_cannot_be_looked_at_is_no_error(look, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("")
    kinds = [mark.kind for mark in look("loop", "file/below", "nul\0").marks.values()]
    assert kinds[0].startswith("Too many levels")
    assert kinds[1:] == ["missing", "embedded null byte"]
