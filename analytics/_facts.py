"""What the machine says about itself and the project: raw, and never to leave this process.

Programs are started first and asked later, so that they run while the command finishes its own work.

Neither ``uname -a`` nor the git remote is computed here from parts. GNU ``uname -a`` adds the processor
and the hardware platform where the distribution's build knows them ("x86_64 x86_64 x86_64 GNU/Linux"
on some, "x86_64 GNU/Linux" on others), busybox and macOS print something else again; and git's
answer depends on configuration files (``url.*.insteadOf``, ``include``) of which one has a path that
was chosen when git was built. Only the programs themselves know, and they take 1 and 4 ms.
"""

from __future__ import annotations

import os
import stat
import sys

from analytics import _run
from analytics._answers import resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._answers import Question

_GRAIN_NS = 2_000_000_000  # of a file's times, to be on the safe side
_UNAME_SECONDS = 2.0  # as Tilt
_GIT_SECONDS = 1.0
_MACHINE_ID_FILES = {
    "linux": ("/var/lib/dbus/machine-id", "/etc/machine-id"),
    "freebsd": ("/etc/hostid",),
    "openbsd": ("/etc/hostid",),
    "netbsd": ("/etc/hostid",),
}
_LIST_CONFIG = ("config", "--list", "--show-origin", "-z")
_IOREG = ("ioreg", "-rd1", "-c", "IOPlatformExpertDevice")


class Facts:
    """The git remote as git prints it, and where it is asked for, ``uname -a``.

    A fact that cannot be had is None ("" for the remote).
    """

    __slots__ = ("_config", "_git", "_uname")

    def __init__(
        self,
        environ: Mapping[str, str],
        cwd: str | None,
        *,
        uname: bool,
        config: bool = False,
        remote: bool = True,
    ) -> None:
        git = ("git", "-C", cwd or ".")
        self._git = _run.start((*git, "remote", "get-url", "origin"), environ) if remote else None
        self._config = _run.start((*git, *_LIST_CONFIG), environ) if config else None
        self._uname = _run.start(("uname", "-a"), environ) if uname else None

    def remote(self) -> str:
        """Return the address of the remote ``origin``; "" outside git, or where there is none."""
        output = self._git.output(_GIT_SECONDS) if self._git else None
        return (output or b"").decode("utf-8", "surrogateescape").rstrip("\n")

    def git_timed_out(self) -> bool:
        """Return whether git was given up, so that it is not known whether there is a remote."""
        return self._git is not None and self._git.timed_out

    def config(self) -> bytes | None:
        """Return which configuration files git read, and what is in them; None if it does not say."""
        return self._config.output(_GIT_SECONDS) if self._config else None

    def uname(self) -> bytes | None:
        """Return the output of ``uname -a``, with its newline."""
        return self._uname.output(_UNAME_SECONDS) if self._uname else None


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
        path = resolve(origin.removeprefix("file:"), question.top)
        key, _, value = entry.partition("\n")
        if not origin.startswith("file:") or not os.path.isfile(path):
            return None
        found.add(path)
        if key == "include.path" or (key.startswith("includeif.") and key.endswith(".path")):
            found.add(resolve(os.path.expanduser(value), os.path.dirname(path)))
    return sorted(found.difference(question.paths))


def machine_id(environ: Mapping[str, str]) -> bytes | None:
    """Return the operating system's id of this machine, trimmed."""
    if sys.platform == "darwin":
        return _mac_id(environ)
    if sys.platform == "win32":
        return _windows_id()
    return next(filter(None, map(_read, machine_id_files())), None)


def machine_id_files() -> tuple[str, ...]:
    """Return where the id of this machine may be; nothing where it is not in a file."""
    return _MACHINE_ID_FILES.get(sys.platform.rstrip("0123456789"), ())


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read(4096).strip()
    except OSError:
        return None


def _mac_id(environ: Mapping[str, str]) -> bytes | None:
    process = _run.start(_IOREG, environ)
    return platform_uuid((process.output(_UNAME_SECONDS) if process else None) or b"")


def platform_uuid(ioreg: bytes) -> bytes | None:
    """Return the quoted value on the IOPlatformUUID line of what ``ioreg`` prints."""
    for line in ioreg.splitlines():
        if b"IOPlatformUUID" in line and b'" = "' in line:
            return line.rpartition(b'" = "')[2].rstrip(b'" \t')
    return None


def _windows_id() -> bytes | None:
    if sys.platform != "win32":  # says to the type checker what machine_id() has made sure of
        return None
    import winreg

    access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography", 0, access) as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0]).strip().encode()
    except OSError:
        return None
