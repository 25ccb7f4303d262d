"""The random secret under which this user's identities are made. It is never sent."""

from __future__ import annotations

import os

from analytics._identity import SECRET_BYTES, read_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._system import Dirs

_MODE = 0o600


def read_or_create(dirs: Dirs) -> bytes:
    """Return the secret; create it if this is the first time that it is needed.

    It is written under another name and then linked to its own: of several first runs at the same
    moment one wins, the others read the winner's, and nobody ever sees half a secret.

    Raises:
        OSError: it can be neither read nor created.
    """
    secret = read_secret(dirs)
    if secret is not None:
        return secret
    dirs.make(dirs.user)
    fresh = os.urandom(SECRET_BYTES)
    temporary = _write_temporary(dirs, fresh)
    try:
        os.link(temporary, dirs.secret)
    except FileExistsError:
        return read_secret(dirs) or _replace_damaged(dirs, temporary, fresh)
    finally:
        _remove(temporary)
    return fresh


def replace(dirs: Dirs) -> bool:
    """Put a new secret in the place of the old one; returns whether there was one.

    Raises:
        OSError: it cannot be written; the old one is as it was.
    """
    if not os.path.lexists(dirs.secret):
        return False
    temporary = _write_temporary(dirs, os.urandom(SECRET_BYTES))
    try:
        os.replace(temporary, dirs.secret)
    finally:
        _remove(temporary)
    return True


def _write_temporary(dirs: Dirs, secret: bytes) -> str:
    path = f"{dirs.secret}.{os.urandom(6).hex()}"
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE)
    try:
        os.write(fd, secret.hex().encode())
    finally:
        os.close(fd)
    return path


def _replace_damaged(dirs: Dirs, temporary: str, fresh: bytes) -> bytes:
    """What is there is no secret: this user gets a new identity, as after a reset."""
    os.replace(temporary, dirs.secret)
    return fresh


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:  # it is the secret itself by now
        return
