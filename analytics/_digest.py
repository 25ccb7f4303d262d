"""SHA-256, HMAC, MD5 and checksums, from the stdlib's small C modules.

``hashlib`` loads OpenSSL, which alone takes longer than everything else a command does here; the
modules below are what ``hashlib`` itself falls back to, and give the same digests.

A line of JSON is sealed with one: ``{"a":1}`` as ``{"a":1,"sum":"8b0f0d75"}``, still one JSON object, and the
checksum has a fixed place. A line that was damaged is then never taken for a whole one; a flipped bit in a
body would otherwise go unseen, and to the server.
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
_PREFIX = b',"sum":"'
_DIGITS = 8
_LENGTH = len(_PREFIX) + _DIGITS + len(b'"}')


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


def checksum(data: bytes) -> bytes:
    """Return a short digest. Not a CRC: the module that has one takes longer to load than this to run."""
    return sha256(data)[: _DIGITS // 2].hex().encode()


def seal(text: str) -> bytes:
    """Return the JSON object *text*, which must not be empty of keys, with its checksum."""
    data = text.encode("utf-8", "surrogatepass")[:-1]
    return b'%b%b%b"}' % (data, _PREFIX, checksum(data))


def unseal(line: bytes) -> bytes | None:
    """Return the JSON object that was sealed, or None if *line* is not what was written."""
    start, end = line.find(b"{"), line.rfind(b"}") + 1
    data, tail = line[start : end - _LENGTH], line[end - _LENGTH : end]
    if start < 0 or tail != b'%b%b"}' % (_PREFIX, checksum(data)):
        return None
    return data + b"}"
