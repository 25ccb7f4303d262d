"""What was asked of other programs before, and whether they would still say so: a command need not wait.

The file holds digests that are sent anyway (``git.origin``, ``user``), each under a keyed digest of
everything that it depends on, and the paths of configuration files that git includes. Answers to old
questions are simply never found again; the oldest are dropped.

Only git itself knows what ``git remote get-url origin`` prints: the answer depends on up to four
configuration files, on what they include, and on where git finds the repository. It takes 4 ms, and longer
where the disk is slow. So the answer is asked for once, and used for as long as nothing has changed that it
depends on. That is judged strictly: every file's identity, size, owner and times; a variable of git's that
may matter means that git is asked.
"""

from __future__ import annotations

import os
import stat

from analytics._digest import checksum, hmac_sha256
from analytics._system import MODE, remove, write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analytics._system import Dirs

_MOST = 40
_NOTHING = "-"
_FIELDS = 6

#: Variables of git's that have no influence on the address of a remote.
_HARMLESS = frozenset(
    ("GIT_TERMINAL_PROMPT", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EDITOR", "GIT_PAGER")
)
_HARMLESS_PREFIXES = (
    "GIT_AUTHOR_",
    "GIT_COMMITTER_",
    "GIT_CURL_",
    "GIT_HTTP_",
    "GIT_LFS_",
    "GIT_PROXY_",
    "GIT_PS1_",
    "GIT_SSL_",
    "GIT_TRACE",
)
_VARIABLES = ("PATH", "HOME", "XDG_CONFIG_HOME", "SUDO_UID")
_IN_GIT_DIR = ("config", "config.worktree", "commondir", "HEAD", "remotes/origin", "branches/origin")
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
    own = resolve(_first_line(git).removeprefix("gitdir:").strip(), place)
    common = _first_line(f"{own}/commondir").strip()
    return [own, *([os.path.normpath(resolve(common, own))] if common else [])]


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


def resolve(path: str, base: str) -> str:
    """Return *path*, which may be relative to *base*."""
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


class Answers:
    """The answers of one user under one *key*. Nothing here raises: without answers, programs are asked."""

    __slots__ = ("_dirs", "_key", "_lines")

    def __init__(self, dirs: Dirs, key: bytes) -> None:
        self._dirs = dirs
        self._key = key
        self._lines: list[str] | None = None

    def find(self, question: bytes, now: float) -> str | None:
        """Return the answer ("" may be one), or None if it is not known, or not any more."""
        wanted = self._digest(question)
        for line in self._read():
            fields = line.split(" ")
            if len(fields) == _FIELDS and fields[1] == wanted:
                return self._answer(line, fields, now)
        return None

    def keep(self, question: bytes, answer: str, *, until: float, others: list[str]) -> None:
        """Keep an answer.

        Args:
            question: all that the answer depends on.
            answer: the answer; without spaces.
            until: when to ask again in any case, in seconds since 1970.
            others: files that the answer depends on, too, but that only the answer tells.
        """
        wanted = self._digest(question)
        paths = ",".join(path.encode("utf-8", "surrogateescape").hex() for path in others) or _NOTHING
        seen = self._digest(look(others))
        text = " ".join((wanted, answer or _NOTHING, str(int(until)), seen, paths))
        old = [line for line in self._read() if f" {wanted} " not in line]
        self._lines = [f"{_checksum(text)} {text}", *old][:_MOST]
        self._write()

    def _answer(self, line: str, fields: list[str], now: float) -> str | None:
        checksum, _, text = line.partition(" ")
        if checksum != _checksum(text):
            return None
        _, _, answer, until, seen, paths = fields
        others = [] if paths == _NOTHING else [_path(field) for field in paths.split(",")]
        if int(until) < now or self._digest(look(others)) != seen:
            return None
        return "" if answer == _NOTHING else answer

    def _digest(self, data: bytes) -> str:
        return hmac_sha256(self._key, b"answers:" + data).hex()[:32]

    def _read(self) -> list[str]:
        if self._lines is None:
            try:
                with open(self._dirs.answers, "rb") as file:  # as text, it takes a module more
                    self._lines = file.read().decode("utf-8", "replace").splitlines()
            except OSError:
                self._lines = []
        return self._lines

    def _write(self) -> None:
        temporary = f"{self._dirs.answers}.{os.urandom(6).hex()}"
        try:
            self._dirs.make(self._dirs.user)
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
            try:
                write_whole(fd, "".join(f"{line}\n" for line in self._lines or ()).encode())
            finally:
                os.close(fd)
            os.replace(temporary, self._dirs.answers)
        except OSError:
            self._give_up(temporary)

    def _give_up(self, temporary: str) -> None:
        try:
            remove(temporary)
        except OSError:
            return


def _path(field: str) -> str:
    return bytes.fromhex(field).decode("utf-8", "surrogateescape")


def _checksum(text: str) -> str:
    return checksum(text.encode()).decode()
