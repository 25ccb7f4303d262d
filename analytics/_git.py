"""Whether git would still give the answer that it gave: by looking at the files that it reads.

Only git itself knows what ``git remote get-url origin`` prints: the answer depends on up to four
configuration files, on what they include, and on where git finds the repository. It takes 4 ms, and longer
where the disk is slow. So the answer is asked for once, and used for as long as nothing has changed that it
depends on. That is judged strictly: every file's identity, size, owner and times; a file that was
changed less than two seconds before is not trusted, because times have a grain; a variable of git's that
may matter means that git is asked.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Variables of git's that have no influence on the address of a remote.
_HARMLESS = frozenset(
    ("GIT_TERMINAL_PROMPT", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EDITOR", "GIT_PAGER")
)
_HARMLESS_PREFIXES = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_TRACE")
_VARIABLES = ("PATH", "HOME", "XDG_CONFIG_HOME", "SUDO_UID")
_IN_GIT_DIR = ("config", "config.worktree", "commondir", "HEAD", "remotes/origin", "branches/origin")
_GRAIN_NS = 2_000_000_000
_LONGEST = 4096


class Question:
    """What git is asked, and all that is known to matter for the answer.

    Attributes:
        paths: the files, as far as they are known without asking git.
        text: everything that the answer depends on, as bytes to compare.
    """

    __slots__ = ("paths", "text", "top")

    def __init__(self, environ: Mapping[str, str], cwd: str | None) -> None:
        directory = os.path.abspath(cwd or ".")
        self.top, self.paths = _places(environ, directory)
        settings = [directory, str(getattr(os, "geteuid", int)())]
        settings += [f"{name}={environ.get(name)}" for name in _VARIABLES]
        self.text = "\0".join(settings).encode("utf-8", "surrogateescape") + b"\0" + look(self.paths)


def is_predictable(environ: Mapping[str, str]) -> bool:
    """Return whether git's answer depends on files only, not on variables, too."""
    for name in environ:
        if name.startswith("GIT_") and name not in _HARMLESS and not name.startswith(_HARMLESS_PREFIXES):
            return False
    return True


def look(paths: list[str]) -> bytes:
    """Return what *paths* look like now: changes whenever one of the files does."""
    return b"\0".join(map(_look, paths))


def are_settled(paths: list[str], now: float) -> bool:
    """Return whether none of *paths* was changed just now, so that a later change must show."""
    newest = int(now * 1e9) - _GRAIN_NS
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            continue
        if not stat.S_ISDIR(status.st_mode) and max(status.st_mtime_ns, status.st_ctime_ns) > newest:
            return False
    return True


def origins(listing: bytes, question: Question) -> list[str] | None:
    """Return the files besides those of *question* that git reads, or would read if they were there.

    Args:
        listing: the output of ``git config --list --show-origin -z``.
        question: what git was asked.

    Returns:
        Their paths; None if it cannot be told which they are.
    """
    fields = listing.decode("utf-8", "surrogateescape").split("\0")
    found: set[str] = set()
    for origin, entry in zip(fields[::2], fields[1::2], strict=False):
        path = _resolve(origin.removeprefix("file:"), question.top)
        key, _, value = entry.partition("\n")
        if not origin.startswith("file:") or not os.path.isfile(path):
            return None
        found.add(path)
        if key == "include.path" or (key.startswith("includeif.") and key.endswith(".path")):
            found.add(_resolve(os.path.expanduser(value), os.path.dirname(path)))
    return sorted(found.difference(question.paths))


def _places(environ: Mapping[str, str], directory: str) -> tuple[str, list[str]]:
    """Return the directory that git works in, and the files that it looks for."""
    home = environ.get("HOME", "")
    xdg = environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    paths = ["/etc/gitconfig", f"{home}/.gitconfig", f"{xdg}/git/config"]
    for place in _upwards(directory):
        git = f"{place}/.git"
        paths += [git, f"{place}/HEAD"]
        if os.path.lexists(git):
            for own in _git_dirs(place, git):
                paths += [f"{own}/{name}" for name in _IN_GIT_DIR]
            return place, paths
    return directory, paths


def _upwards(directory: str) -> Iterator[str]:
    while True:
        yield directory.rstrip("/")
        parent = os.path.dirname(directory)
        if parent == directory:
            return
        directory = parent


def _git_dirs(place: str, git: str) -> list[str]:
    """A worktree's ``.git`` is a file that leads to its own directory, and that to the common one."""
    if os.path.isdir(git):
        return [git]
    own = _resolve(_first_line(git).removeprefix("gitdir:").strip(), place)
    common = _first_line(f"{own}/commondir").strip()
    return [own, *([os.path.normpath(_resolve(common, own))] if common else [])]


def _first_line(path: str) -> str:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return os.read(fd, _LONGEST).decode("utf-8", "surrogateescape").partition("\n")[0]
    except OSError:
        return ""
    finally:
        os.close(fd)


def _resolve(path: str, base: str) -> str:
    return path if path.startswith("/") else f"{base}/{path}"


def _look(path: str) -> bytes:
    try:
        s = os.stat(path)
    except OSError:
        return b"-"
    if stat.S_ISDIR(s.st_mode):  # its times change with every file that git makes in it for a moment
        return b"%d %d %d" % (s.st_ino, s.st_uid, s.st_mode)
    return b"%d %d %d %d %d %d" % (
        s.st_ino, s.st_uid, s.st_mode, s.st_size, s.st_mtime_ns, s.st_ctime_ns,
    )  # fmt: skip
