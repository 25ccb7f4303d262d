"""Keys that may post, and tokens that may read. Only their digests are kept.

A write key is the user of the address, ``TILT_ANALYTICS_URL=https://KEY@host/report``, so that an unchanged
Tilt sends it, and it is in no path and no log. While there is no key for a role, that role is open to all.
"""

from __future__ import annotations

import base64
import binascii
import os
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from time import monotonic, time

from analytics.collector._roles import ADMIN, READ

_FRESH_SECONDS = 2.0
_BYTES = 24


class Tokens:
    """Says what a token may do; looks again every two seconds, for tokens that come and go.

    Args:
        rows: gives digests and roles, as they are kept.
    """

    def __init__(self, rows: Callable[[], list[tuple[bytes, str]]]) -> None:
        self._rows = rows
        self._roles: dict[bytes, str] = {}
        self._read = float("-inf")

    def may(self, role: str, authorization: bytes) -> bool:
        """Whether a request with this ``Authorization`` may do what *role* may."""
        if monotonic() - self._read > _FRESH_SECONDS:
            self._roles = dict(self._rows())
            self._read = monotonic()
        if role not in self._roles.values() and not (role == READ and ADMIN in self._roles.values()):
            return True
        found = self._roles.get(digest(token_of(authorization)))
        return found == role or (role == READ and found == ADMIN)


def token_of(authorization: bytes) -> bytes:
    """The token of an ``Authorization``: the user of Basic, or what follows Bearer; b"" without one."""
    scheme, _, value = authorization.strip().partition(b" ")
    if scheme.lower() == b"bearer":
        return value.strip()
    if scheme.lower() != b"basic":
        return b""
    try:
        user, _, password = base64.b64decode(value, validate=True).partition(b":")
    except binascii.Error:
        return b""
    return user or password


def digest(token: bytes) -> bytes:
    """What is kept of a token. Tokens are random, so that a plain digest cannot be turned back."""
    return sha256(token).digest()


def create(db: sqlite3.Connection, role: str, label: str) -> str:
    """Make a token for *role*; it is returned once and never again."""
    token = base64.urlsafe_b64encode(os.urandom(_BYTES)).decode()
    row = (digest(token.encode()), role, label, int(time() * 1000))
    db.execute("INSERT INTO token VALUES (?, ?, ?, ?)", row)
    return token


def revoke(db: sqlite3.Connection, label: str) -> int:
    """Take back the tokens called *label*; returns how many there were."""
    return db.execute("DELETE FROM token WHERE label = ?", (label,)).rowcount
