"""From the words of a command line to the Tiltfiles that they mean."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from tiltfile_ext.fleet._gitignore import IgnoreRules
from tiltfile_ext.fleet._globs import compiled, has_magic
from tiltfile_ext.fleet._listing import files_below

#: what ``tilt up`` loads where nothing is named. Files with other names, ``services.Tiltfile`` or
#: ``Tiltfile.local``, are usually loaded by one of these, and mean nothing by themselves.
DEFAULT_NAME = "Tiltfile"


class NoTiltfileError(Exception):
    """A word of the command line leads to no Tiltfile; the message says which, and what to do."""


def find_tiltfiles(
    arguments: Sequence[str], *, cwd: str, exclude: Sequence[str] = (), exclude_base: str = ""
) -> list[str]:
    """The absolute paths of the Tiltfiles that *arguments* mean, sorted; a file with two names is there once.

    Args:
        arguments: files, whatever their names; directories, which stand for the files called
            `DEFAULT_NAME` below them; patterns such as ``services/**/*.tiltfile``. None means *cwd*.
        cwd: what they are relative to.
        exclude: patterns of files to leave out although an argument means them, as in ``.gitignore``.
        exclude_base: the directory that these are relative to; *cwd* if "".

    Raises:
        NoTiltfileError: an argument leads to nothing.
    """
    ignores, base = IgnoreRules(exclude), exclude_base or cwd
    found: dict[str, str] = {}
    for argument in arguments or (".",):
        for path in _meant(argument, cwd):
            if not _is_excluded(ignores, path, base):
                found.setdefault(os.path.realpath(path), path)
    if not found:
        raise NoTiltfileError(f"every Tiltfile found is excluded by {', '.join(exclude)}")
    return sorted(found.values())


def _is_excluded(ignores: IgnoreRules, path: str, base: str) -> bool:
    inside = os.path.relpath(path, base)
    return not inside.startswith("..") and ignores.leaves_out(inside)


def _meant(argument: str, cwd: str) -> list[str]:
    path = os.path.normpath(os.path.join(cwd, argument))
    if os.path.isdir(path):
        found = [os.path.join(path, each) for each in files_below(path) if _is_default(each)]
        problem = "no file called Tiltfile that git does not ignore; name the file, or give a pattern"
    elif os.path.lexists(path):
        return [path]
    elif has_magic(argument):
        found = list(_matching(path))
        problem = (
            "no file matches that git does not ignore; quote the pattern, and use ** for any directories"
        )
    else:
        raise NoTiltfileError(f"{argument}: there is no such file or directory")
    if not found:
        raise NoTiltfileError(f"{argument}: {problem}")
    return found


def _is_default(path: str) -> bool:
    return path.rpartition("/")[2] == DEFAULT_NAME


def _matching(pattern: str) -> Iterator[str]:
    """The files that the absolute *pattern* means."""
    directory = pattern
    while has_magic(directory):
        directory = os.path.dirname(directory)
    regex = compiled(pattern.removeprefix(directory).lstrip("/"))
    if os.path.isdir(directory):
        for path in files_below(directory):
            if regex.fullmatch(path):
                yield os.path.join(directory, path)
