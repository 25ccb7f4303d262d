"""Who and what an event is about, as digests: ``user``, ``machine``, ``git.origin``.

Shapes are Tilt's (32 hex digits; base64 of 16 bytes), so that its servers and tables fit. What is
behind them is not: Tilt's are plain MD5, and the address of a public repository is found from one in
seconds by hashing likely addresses. Three schemes:

local   HMAC-SHA-256 under a random secret that never leaves this user's directory. The default.
team    the same under a key that a team gives its members (``TILT_ANALYTICS_HASH_KEY``), over the real
        values, so that whoever holds the key, and nobody else, can tell which event is whose:
        ``printf 'git.origin:%s' //github.com/a/b | openssl dgst -sha256 -hmac "$KEY"``.
tilt    Tilt's own formulas (``TILT_ANALYTICS_IDS=tilt``), so that events join with real Tilt's. A team's
        key, if there is one, is stronger: whoever set it wanted digests that cannot be guessed.
"""

from __future__ import annotations

from analytics import _secret
from analytics._digest import hmac_sha256, md5
from analytics._facts import Facts, account
from analytics._remote import normalise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._dirs import Dirs

KEY_VARIABLE = "TILT_ANALYTICS_HASH_KEY"
SCHEME_VARIABLE = "TILT_ANALYTICS_IDS"

LOCAL, TEAM, TILT = "local", "team", "tilt"

#: Tilt's word for a fact that cannot be had.
ANONYMOUS = "anon"

#: Shown in a preview as long as no secret exists: nothing is created just to be looked at.
NOT_YET = "0" * 32
_NOT_YET_BYTES = b"\0" * 16


def scheme(environ: Mapping[str, str]) -> str:
    """Return which of the three schemes *environ* asks for."""
    if environ.get(KEY_VARIABLE):
        return TEAM
    return TILT if environ.get(SCHEME_VARIABLE) == TILT else LOCAL


class Identities:
    """The digests of one run. Made when it is known that they will be sent; read once, at the end."""

    __slots__ = ("_dirs", "_environ", "_facts")

    def __init__(self, dirs: Dirs, environ: Mapping[str, str], cwd: str | None) -> None:
        self._dirs = dirs
        self._environ = environ
        self._facts = Facts(environ, cwd, uname=scheme(environ) != LOCAL)

    def tags(self, *, create: bool) -> dict[str, str]:
        """Return the tags.

        Args:
            create: whether the local secret may be created; if not, and it is not there, digests
                under it are shown as zeros.

        Raises:
            OSError: the local secret can be neither read nor created.
        """
        return _drop_empty(self._digests(create=create))

    def _digests(self, *, create: bool) -> dict[str, str]:
        remote = normalise(self._facts.remote())
        chosen = scheme(self._environ)
        if chosen == LOCAL:
            secret = _secret.read_or_create(self._dirs) if create else _secret.read(self._dirs)
            return local_ids(secret, account(), remote)
        uname, machine = self._facts.uname(), self._facts.machine_id()
        if chosen == TILT:
            return tilt_ids(uname, machine, remote)
        key = self._environ[KEY_VARIABLE].encode("utf-8", "surrogateescape")
        return team_ids(key, uname, machine, remote)


def local_ids(secret: bytes | None, user: str, remote: str) -> dict[str, str]:
    """Return digests under the local *secret*. ``machine`` is the secret's own: no hardware id is read."""
    if secret is None:
        return {"user": NOT_YET, "machine": NOT_YET, "git.origin": remote and _base64(_NOT_YET_BYTES)}
    return {
        "user": _keyed(secret, "user", user.encode()).hex(),
        "machine": _keyed(secret, "machine", b"").hex(),
        "git.origin": remote and _base64(_keyed(secret, "git.origin", _bytes(remote))),
    }


def team_ids(key: bytes, uname: bytes | None, machine: bytes | None, remote: str) -> dict[str, str]:
    """Return digests of the real values under the team's *key*."""
    return {
        "user": ANONYMOUS if uname is None else _keyed(key, "user", uname).hex(),
        "machine": ANONYMOUS if machine is None else _keyed(key, "machine", machine).hex(),
        "git.origin": remote and _base64(_keyed(key, "git.origin", _bytes(remote))),
    }


def tilt_ids(uname: bytes | None, machine: bytes | None, remote: str) -> dict[str, str]:
    """Return what Tilt would send."""
    return {
        "user": ANONYMOUS if uname is None else md5(uname).hex(),
        "machine": ANONYMOUS if machine is None else md5(machine).hex(),
        "git.origin": remote and _base64(md5(_bytes(remote))),
    }


def _keyed(key: bytes, kind: str, value: bytes) -> bytes:
    return hmac_sha256(key, kind.encode() + b":" + value)[:16]


def _base64(data: bytes) -> str:
    from binascii import b2a_base64

    return b2a_base64(data, newline=False).decode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _drop_empty(tags: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in tags.items() if value}
