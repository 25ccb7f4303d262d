"""The files below a directory that belong to its project: what git tracks or would track."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence

from tiltfile_ext.fleet._gitignore import IgnoreRules

#: directories that hold nobody's own Tiltfiles
_SKIPPED = {".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__"}
#: git sets these for its hooks; they would make it look at another work tree than the directory's
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")

_Rules = tuple[tuple[str, IgnoreRules], ...]


def files_below(directory: str) -> Iterator[str]:
    """Paths relative to *directory*, with slashes, in no order.

    In a work tree git is asked, so every kind of ignore file counts, and submodules and clones inside it
    are asked in turn. Elsewhere, and without git, the directories are walked and ``.gitignore`` files read.
    """
    listed = _listed_by_git(directory)
    if listed is None:
        yield from _walk(directory, "", ())
        return
    for path in listed:
        full = os.path.join(directory, path)
        if os.path.isdir(full):
            yield from _joined(path.rstrip("/"), _inner_repository(full))
        elif os.path.lexists(full):
            yield path


def _listed_by_git(directory: str) -> list[str] | None:
    """What git knows of; None where it does not know the directory, or is not there."""
    environ = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=directory, env=environ, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return list(dict.fromkeys(path for path in os.fsdecode(done.stdout).split("\0") if path))


def _inner_repository(directory: str) -> Iterator[str]:
    """The files of a submodule or a clone; a link to a directory is not followed, as everywhere."""
    is_repository = not os.path.islink(directory) and os.path.lexists(os.path.join(directory, ".git"))
    return files_below(directory) if is_repository else iter(())


def _joined(directory: str, paths: Iterator[str]) -> Iterator[str]:
    return (f"{directory}/{path}" for path in paths)


def _walk(root: str, inside: str, rules: _Rules) -> Iterator[str]:
    """The files in the directory *inside* below *root*, and below it."""
    try:
        entries = list(os.scandir(os.path.join(root, inside)))
    except OSError:
        return  # what cannot be read is nobody's Tiltfile
    rules = (*rules, (inside, _read_rules(os.path.join(root, inside, ".gitignore"))))
    for entry in entries:
        path = f"{inside}/{entry.name}" if inside else entry.name
        is_directory = entry.is_dir(follow_symlinks=False)
        if _is_left_out(rules, path, is_directory=is_directory):
            continue
        if not is_directory:
            yield path
        elif entry.name not in _SKIPPED:
            yield from _directory(root, path, rules)


def _directory(root: str, path: str, rules: _Rules) -> Iterator[str]:
    if os.path.lexists(os.path.join(root, path, ".git")):
        return _joined(path, files_below(os.path.join(root, path)))
    return _walk(root, path, rules)


def _read_rules(path: str) -> IgnoreRules:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return IgnoreRules(file)
    except OSError:
        return IgnoreRules(())


def _is_left_out(rules: Sequence[tuple[str, IgnoreRules]], path: str, *, is_directory: bool) -> bool:
    """Whether the innermost ``.gitignore`` that has a word on *path* leaves it out."""
    for directory, patterns in reversed(rules):
        relative = path.removeprefix(directory + "/") if directory else path
        verdict = patterns.verdict(relative, is_directory=is_directory)
        if verdict is not None:
            return verdict
    return False
