"""Get extension repositories: a directory of this machine, or a git clone of one elsewhere.

Clones lie where Tilt 0.37.6 keeps its own, and are made and updated by the same git commands, so that each
program finds what the other has cloned. Error texts are Tilt's.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import threading
import time
from typing import NamedTuple

from tiltfile_ext.starkit import BuiltinError, Thread
from tiltfile_ext.values.clone_lock import alone_with
from tiltfile_ext.values.commands import Command
from tiltfile_ext.values.extensions.used import Extensions
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.go.import_path import ImportPathError, RepoRoot, repo_root
from tiltfile_ext.values.read import os_reason
from tiltfile_ext.values.run import complete

_FILE = "file://"
_FIRST_WAIT = 5
_SUBMODULES = ("submodule", "update", "--init", "--recursive")
_SECURE_SCHEMES = ("https", "git+ssh", "ssh")


class RepoSpec(NamedTuple):
    """Which repository, and which of its versions: "" for the newest."""

    url: str
    ref: str = ""


class RepoError(BuiltinError):
    """The repository cannot be had; the message is the reason only."""


class _GitError(Exception):
    """A git command failed: "exit status 128"."""


class _Remembered(NamedTuple):
    """How getting a repository ended: its directory, or why not, and until when not to try again."""

    path: str = ""
    fault: str = ""
    wait: int = 0
    until: float = 0


def clones_directory(home: str, data_home: str) -> str:
    """Where clones are kept: below the user's data directory, shared with Tilt."""
    if not os.path.isabs(data_home):
        usual = "Library/Application Support" if sys.platform == "darwin" else ".local/share"
        data_home = os.path.join(home or "/", usual)
    return os.path.join(data_home, "tilt-dev", "tilt_modules")


class ExtensionRepos:
    """The repositories that this process has got; each is fetched once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, RepoSpec], _Remembered] = {}

    def get(self, thread: Thread, spec: RepoSpec) -> str:
        """The directory of a repository, fetched if this process has not done so.

        Raises:
            RepoError: it is not there, or git fails; or it failed a moment ago.
        """
        if spec.url.startswith(_FILE):
            return _local_directory(spec)
        found = thread.state(Extensions)
        with self._lock:
            return self._clone(thread, clones_directory(found.home, found.data_home), spec)

    def _clone(self, thread: Thread, clones: str, spec: RepoSpec) -> str:
        known = self._known.get((clones, spec), _Remembered())
        if known.path and os.path.exists(known.path):
            return known.path
        if time.monotonic() < known.until:
            raise RepoError(known.fault)
        try:
            path = self._fetch(thread, clones, spec)
        except _DownloadError as error:
            wait = known.wait * 2 or _FIRST_WAIT
            fault = f"download error: waiting {wait}s before retrying. Original error: {error}"
            self._known[clones, spec] = _Remembered("", fault, wait, time.monotonic() + wait)
            raise RepoError(fault) from None
        self._known[clones, spec] = _Remembered(path)
        return path

    @staticmethod
    def _fetch(thread: Thread, clones: str, spec: RepoSpec) -> str:
        if not thread.runs_programs:
            return _Clone(thread, clones, spec).get()
        with contextlib.suppress(OSError):  # git says what is wrong
            _make_private(os.path.dirname(clones))
        with alone_with(thread, clones):
            return _Clone(thread, clones, spec).get()


#: the repositories of this process
REPOS = ExtensionRepos()


def _local_directory(spec: RepoSpec) -> str:
    path = spec.url.removeprefix(_FILE)
    if spec.ref:
        raise RepoError("spec.ref not supported on file:// repos")
    if not path.startswith("/"):
        raise RepoError(f"file paths must be absolute. Url: {spec.url}")
    try:
        found = os.stat(path)
    except (OSError, ValueError) as error:
        raise RepoError(f"loading: stat {path}: {os_reason(error)}") from None
    if not stat.S_ISDIR(found.st_mode):
        raise RepoError("loading: not a directory")
    return path


class _DownloadError(Exception):
    """There is no clone, and none could be made."""


class _Clone:
    """One repository on the way to its place."""

    def __init__(self, thread: Thread, clones: str, spec: RepoSpec) -> None:
        self._thread = thread
        self._clones = clones
        self._ref = spec.ref
        _, _, self._import_path = spec.url.partition("://")
        self._path = go_paths.join(clones, self._import_path)

    def get(self) -> str:
        """The directory, with what was asked for checked out.

        Raises:
            _DownloadError: see there.
            RepoError: any other failure.
        """
        try:
            root = repo_root(self._import_path)
        except ImportPathError as error:
            raise _DownloadError(str(error)) from None
        existed = self._exists()
        if not (existed and self._is_pinned(root)):
            self._download(root, existed=existed)
        self._git_or("determining head", root, "rev-parse", "HEAD")
        return self._path

    def _exists(self) -> bool:
        try:
            os.stat(self._path)
        except FileNotFoundError:
            return False
        except (OSError, ValueError) as error:
            reason = f"stat {self._path}: {os_reason(error)}"
            raise RepoError(f"loading download destination: {reason}") from None
        return True

    def _is_pinned(self, root: RepoRoot) -> bool:
        """Whether a version was asked for, and is checked out now; if it cannot be, the clone is removed."""
        if self._ref in ("", "HEAD"):
            return False
        try:
            self._check_out(root)
        except _GitError:
            try:
                shutil.rmtree(self._path)
            except OSError as error:
                raise RepoError(f"clearing old extension repo at {self._path}: {os_reason(error)}") from None
            return False
        return True

    def _download(self, root: RepoRoot, *, existed: bool) -> None:
        """Clone, or pull; a pull that fails leaves what is there."""
        try:
            self._clone_or_pull(root)
        except _GitError as error:
            if not existed:
                shutil.rmtree(self._path, ignore_errors=True)
                raise _DownloadError(str(error)) from None
        if not os.path.exists(self._path):
            raise RepoError(f"verifying download destination: stat {self._path}: no such file or directory")
        if self._ref:
            try:
                self._check_out(root)
            except _GitError as error:
                raise RepoError(f"sync to ref {self._ref}: {error}") from None

    def _clone_or_pull(self, root: RepoRoot) -> None:
        directory = self._root(root)
        if os.path.exists(os.path.join(directory, ".git")):
            self._git(directory, "pull", "--ff-only")
        elif os.path.exists(directory):
            raise _GitError(f"{directory} exists but {directory}/.git does not - stale checkout?")
        else:
            self._make_parent(directory)
            self._git("", "clone", "--", self._with_scheme(root.url), directory)
        for _ in range(2):  # once for the download, once for the version
            self._git(directory, *_SUBMODULES)

    def _make_parent(self, directory: str) -> None:
        try:
            _make_private(os.path.dirname(self._clones))
            os.makedirs(os.path.dirname(directory), exist_ok=True)
        except OSError as error:
            raise _GitError(f"mkdir {error.filename}: {os_reason(error)}") from None

    def _with_scheme(self, url: str) -> str:
        """*url*, with the first scheme that answers where it has none."""
        if "://" in url:
            return url
        allowed = self._thread.environ.get("GIT_ALLOW_PROTOCOL", "")
        schemes = ("git", "https", "http", "git+ssh", "ssh")
        for scheme in schemes:
            if scheme not in (allowed.split(":") if allowed else _SECURE_SCHEMES):
                continue
            ping = Command(("git", "ls-remote", f"{scheme}://{url}"))
            if not complete(self._thread, ping)[2]:
                return f"{scheme}://{url}"
        return f"{schemes[0]}://{url}"

    def _check_out(self, root: RepoRoot) -> None:
        self._git(self._root(root), "checkout", self._ref)
        self._git(self._root(root), *_SUBMODULES)

    def _git_or(self, what: str, root: RepoRoot, *words: str) -> None:
        try:
            self._git(self._root(root), *words)
        except _GitError as error:
            raise RepoError(f"{what}: {error}") from None

    def _root(self, root: RepoRoot) -> str:
        return go_paths.join(self._clones, root.path)

    def _git(self, directory: str, *words: str) -> None:
        """Run git; if it fails, show the command and what it said."""
        pwd = (f"PWD={directory}",) if directory else ()
        _, stderr, failure = complete(self._thread, Command(("git", *words), directory, pwd))
        if failure:
            said = stderr.removesuffix("\n") or failure
            self._thread.log("info", f"# cd {directory or '.'}; git {' '.join(words)}\n{said}")
            raise _GitError(failure)


def _make_private(directory: str) -> None:
    """Make a directory and those above it for the user alone, as data directories are to be."""
    if not os.path.isdir(directory):
        _make_private(os.path.dirname(directory))
        os.mkdir(directory, 0o700)
