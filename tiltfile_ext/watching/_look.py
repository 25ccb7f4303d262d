"""What there is at the watched paths now, and which directories tell when that changes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from tiltfile_ext.watching._ignored import Ignored

#: larger files are told apart by their times alone
_LARGEST_READ = 8 * 1024 * 1024


class Mark(NamedTuple):
    """What tells one state of a path from another.

    Attributes:
        kind: "file", "directory", "missing", or why it cannot be looked at.
        inode: which file it is; another one after an atomic rename.
        modified_ns: when its content was last written.
        changed_ns: when anything about it was last changed, its name included.
        digest: of its content, for files that are watched by name; b"" where that was not read.
    """

    kind: str
    inode: int = 0
    size: int = 0
    modified_ns: int = 0
    changed_ns: int = 0
    digest: bytes = b""

    def differs(self, other: Mark) -> bool:
        """Whether somebody wrote here between the two; also if the content is the same as before."""
        return self._replace(changed_ns=0) != other._replace(changed_ns=0)

    def says_else(self, other: Mark) -> bool:
        """Whether the content differs; where that was not read, whether somebody wrote."""
        if self.digest and other.digest:
            return self.digest != other.digest
        return self.differs(other)


#: nothing there
MISSING = Mark("missing")
#: a directory: what is in it has marks of its own
DIRECTORY = Mark("directory")


class Place(NamedTuple):
    """A directory, as one to be told about: after it was replaced, it is another."""

    path: str
    device: int
    inode: int


class Look(NamedTuple):
    """The outcome of one look.

    Attributes:
        marks: path -> its mark, for each watched path and all below watched directories.
        places: the directories in which something happens when one of the marks changes.
    """

    marks: Mapping[str, Mark]
    places: frozenset[Place]


class Looker:
    """Looks at paths again and again; reads a file only when its times tell that it was written."""

    def __init__(self) -> None:
        self._digests: dict[str, Mark] = {}

    def look(self, paths: Iterable[str], ignored: Ignored) -> Look:
        """Look at *paths*, absolute ones; a directory stands for all below it."""
        marks: dict[str, Mark] = {}
        places: set[str] = set()
        for path in paths:
            if ignored.match(path):
                continue
            marks[path] = self._mark(path)
            places.update(_places(path))
            if marks[path] == DIRECTORY:
                _walk(path, ignored, marks, places)
        self._digests = {path: mark for path, mark in marks.items() if mark.digest}
        return Look(marks, frozenset(filter(None, map(_place, places))))

    def _mark(self, path: str) -> Mark:
        """The mark of a path that is watched by name; symbolic links are followed."""
        try:
            status = os.stat(path)
        except (OSError, ValueError) as error:
            return _unseen(error)
        mark = _mark_of(status)
        return self._read(path, mark) if mark.kind == "file" else mark

    def _read(self, path: str, mark: Mark) -> Mark:
        known = self._digests.get(path)
        if known is not None and known._replace(digest=b"") == mark:
            return known
        if mark.size > _LARGEST_READ:
            return mark
        try:
            with open(path, "rb") as file:
                return mark._replace(digest=hashlib.sha256(file.read()).digest())
        except OSError as error:
            return _unseen(error)


def _mark_of(status: os.stat_result) -> Mark:
    if stat.S_ISDIR(status.st_mode):
        return DIRECTORY
    kind = "file" if stat.S_ISREG(status.st_mode) else f"special {stat.S_IFMT(status.st_mode)}"
    return Mark(kind, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _unseen(error: OSError | ValueError) -> Mark:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return MISSING
    return Mark(getattr(error, "strerror", None) or str(error))


def _walk(top: str, ignored: Ignored, marks: dict[str, Mark], places: set[str]) -> None:
    """Mark what is below the directory *top*; links are not followed there, as they may lead anywhere."""
    waiting = [top]
    while waiting:
        directory = waiting.pop()
        places.add(directory)
        for entry in _entries(directory):
            if not ignored.match(entry.path):
                marks.setdefault(entry.path, _entry_mark(entry))
            if entry.is_dir(follow_symlinks=False) and not ignored.match_all_below(entry.path):
                waiting.append(entry.path)


def _entries(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as found:
            return list(found)
    except OSError:
        return []


def _entry_mark(entry: os.DirEntry[str]) -> Mark:
    try:
        return _mark_of(entry.stat(follow_symlinks=False))
    except OSError as error:
        return _unseen(error)


def _places(path: str) -> Iterator[str]:
    """The directories that hold *path* and, if it is a symbolic link, what it leads to."""
    if "\0" in path:  # no file has such a name
        return
    yield _nearest(os.path.dirname(path))
    real = os.path.realpath(path)
    if real != path:
        yield _nearest(os.path.dirname(real))


def _nearest(directory: str) -> str:
    """*directory*, or as long as there is none, the nearest one above, in which it may appear."""
    while not os.path.isdir(directory) and directory != os.path.dirname(directory):
        directory = os.path.dirname(directory)
    return directory


def _place(path: str) -> Place | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return Place(path, status.st_dev, status.st_ino)
