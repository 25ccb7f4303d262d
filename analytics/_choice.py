"""The user's choice on disk, as Tilt reads and writes it."""

from __future__ import annotations

import os
import stat

from analytics._consent import UserChoice
from analytics._opt import WORDS, Opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._dirs import Dirs

_CHOICE_MODE = 0o700  # executable, for no reason; but it is what Tilt writes
_LONGEST = 4096


def read_choice(dirs: Dirs) -> UserChoice:
    """Return the user's choice. A missing file, or a word that means nothing, is no choice.

    A file that is there but cannot be read may hold a no: it counts as one, with the reason.
    """
    if not dirs.top:
        return UserChoice(Opt.OUT, "", "no home directory: HOME is not set")
    try:
        word = _read_regular(dirs.choice).decode("utf-8").strip()
    except FileNotFoundError:
        return UserChoice(Opt.DEFAULT, dirs.choice)
    except OSError as error:
        return UserChoice(Opt.OUT, dirs.choice, error.strerror or str(error))
    except UnicodeDecodeError:
        return UserChoice(Opt.OUT, dirs.choice, "it is not UTF-8 text")
    except ValueError as error:  # a NUL byte in the path
        return UserChoice(Opt.OUT, dirs.choice, str(error))
    return UserChoice(WORDS.get(word, Opt.DEFAULT), dirs.choice)


def _read_regular(path: str) -> bytes:
    """Read a small file. O_NONBLOCK: a pipe left in its place must not stop the command."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(0, "it is not a regular file")
        return os.read(fd, _LONGEST)
    finally:
        os.close(fd)


def write_choice(dirs: Dirs, opt: Opt) -> None:
    """Keep *opt* as the user's choice; whoever reads meanwhile sees the old word or the new one.

    Raises:
        OSError: it cannot be kept.
    """
    dirs.make(dirs.user)
    temporary = f"{dirs.choice}.{os.getpid()}.tmp"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _CHOICE_MODE)
    try:
        os.write(fd, str(opt).encode())
    finally:
        os.close(fd)
    os.replace(temporary, dirs.choice)
