"""SHA-256, HMAC and MD5, from the stdlib's small C modules.

``hashlib`` loads OpenSSL, which alone takes longer than everything else a command does here; the
modules below are what ``hashlib`` itself falls back to, and give the same digests.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import md5 as _md5
    from hashlib import sha256 as _sha256
else:
    try:
        from _md5 import md5 as _md5
    except ImportError:  # another interpreter
        from hashlib import md5 as _md5
    try:
        from _sha2 import sha256 as _sha256  # Python 3.12 and later
    except ImportError:
        try:
            from _sha256 import sha256 as _sha256
        except ImportError:
            from hashlib import sha256 as _sha256

_BLOCK = 64


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 digest of *data*."""
    return _sha256(data).digest()


def md5(data: bytes) -> bytes:
    """Return the MD5 digest of *data*: for Tilt's own formulas only, never for a secret."""
    return _md5(data).digest()  # noqa: S324  # the formula is Tilt's


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA-256 (RFC 2104) of *message* under *key*."""
    block = (sha256(key) if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner = sha256(bytes(b ^ 0x36 for b in block) + message)
    return sha256(bytes(b ^ 0x5C for b in block) + inner)
