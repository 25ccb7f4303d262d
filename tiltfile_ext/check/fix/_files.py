"""Changes a file: all of it or nothing, whoever looks and whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import os
import tempfile


def read_text(path: str) -> str:
    """The text of *path* with its own line ends; bytes that are no UTF-8 are kept as lone surrogates."""
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()


def replace_text(path: str, text: str) -> None:
    """Put *text* into the existing file at *path*; its mode is kept, and a symbolic link stays one.

    Raises:
        OSError: the file cannot be written; it is as it was then.
    """
    path = os.path.realpath(path)
    handle, made = tempfile.mkstemp(prefix=".tiltfile-", dir=os.path.dirname(path) or ".")
    try:
        with open(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _keep_owner_and_mode(path, made)
        os.replace(made, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(made)
        raise


def _keep_owner_and_mode(path: str, made: str) -> None:
    known = os.stat(path)
    with contextlib.suppress(OSError):  # only root may give files away
        os.chown(made, known.st_uid, known.st_gid)
    os.chmod(made, known.st_mode & 0o7777)
