"""SHA-256, HMAC and MD5, from the stdlib's small C modules.

``hashlib`` loads OpenSSL, which alone takes longer than everything else a command does here; the
modules below are what ``hashlib`` itself falls back to, and give the same digests.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import sha256 as _sha256
else:
    try:
        if sys.version_info >= (3, 12):
            from _sha2 import sha256 as _sha256
        else:
            from _sha256 import sha256 as _sha256
    except ImportError:  # another interpreter
        from hashlib import sha256 as _sha256

_BLOCK = 64


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 digest of *data*."""
    return _sha256(data).digest()


def md5(data: bytes) -> bytes:
    """Return the MD5 digest of *data*: for Tilt's own formulas only, never for a secret."""
    from hashlib import md5 as make

    return make(data, usedforsecurity=False).digest()


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA-256 (RFC 2104) of *message* under *key*."""
    block = (sha256(key) if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner = sha256(bytes(b ^ 0x36 for b in block) + message)
    return sha256(bytes(b ^ 0x5C for b in block) + inner)
