"""What a load cannot have seen."""

import hashlib

import pytest

from tiltfile_ext.watching._changes import FileChange, changes_during
from tiltfile_ext.watching._look import DIRECTORY, MISSING, Mark

START = 1_000_000_000_000
LATER, BEFORE = START + 10**9, START - 10**9


def mark(content: bytes, modified: int = BEFORE) -> Mark:
    return Mark("file", 7, len(content), modified, modified, hashlib.sha256(content).digest())


def kinds(before, now, sources=()):
    """What changed while a load ran that began at START."""
    return [(path, kind) for path, kind in changes_during(before, now, dict(sources), START)]


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        (mark(b"1"), mark(b"1"), []),
        (mark(b"1"), mark(b"2", LATER), [("/a", "changed")]),
        (mark(b"1"), mark(b"1", LATER), []),  # the load had it written, or somebody saved it as it was
        (MISSING, mark(b"1", LATER), [("/a", "created")]),
        (mark(b"1"), MISSING, [("/a", "deleted")]),
        (MISSING, MISSING, []),
    ],
)
def test_a_path_that_was_watched_before_is_compared_to_what_it_was(before, now, found):
    assert kinds({"/a": before}, {"/a": now}) == found


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (mark(b"1"), []),
        (mark(b"1", LATER), [("/a", "changed")]),
        (mark(b"1", START - 10**6), [("/a", "changed")]),  # the file system's clock is a little behind
        (MISSING, []),
    ],
)
def test_a_path_that_is_new_may_have_changed_if_it_was_written_since(now, found):
    assert kinds({}, {"/a": now}) == found


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (mark(b"x = 1", LATER), []),
        (mark(b"x = 2", BEFORE), [("/Tiltfile", "changed")]),
        (MISSING, [("/Tiltfile", "deleted")]),
    ],
)
def test_a_file_that_was_executed_is_compared_to_what_was_executed(now, found):
    before = {"/Tiltfile": mark(b"x = 0")}
    assert kinds(before, {"/Tiltfile": now}, {"/Tiltfile": b"x = 1"}) == found


def test_a_file_too_large_to_be_read_is_told_by_its_times():
    large = mark(b"1")._replace(digest=b"")
    assert kinds({"/a": large}, {"/a": large}, {"/a": b"1"}) == []
    assert kinds({"/a": large}, {"/a": large._replace(modified_ns=LATER)}) == [("/a", "changed")]


def test_what_went_out_of_a_watched_directory_is_deleted():
    before = {"/d": DIRECTORY, "/d/a": mark(b""), "/d/b": mark(b"")}
    assert kinds(before, {"/d": DIRECTORY, "/d/b": mark(b"")}) == [("/d/a", "deleted")]


def test_what_is_no_longer_watched_does_not_count():
    assert kinds({"/d": DIRECTORY, "/d/a": mark(b""), "/b": mark(b"")}, {}) == []


def test_changes_come_in_the_order_of_their_paths():
    now = {name: mark(b"", LATER) for name in ("/c", "/a", "/b")}
    assert changes_during({}, now, {}, START) == tuple(
        FileChange(path, "changed") for path in ("/a", "/b", "/c")
    )
