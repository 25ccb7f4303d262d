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

import os

from analytics._answers import Answers, Question, is_predictable, look
from analytics._app import TILT as TILT_APP
from analytics._digest import hmac_sha256, md5
from analytics._system import SYSTEM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._app import App
    from analytics._facts import Facts
    from analytics._protocol import Clock
    from analytics._system import Dirs

SECRET_BYTES = 32

LOCAL, TEAM, TILT = "local", "team", "tilt"

#: Tilt's word for a fact that cannot be had.
ANONYMOUS = "anon"

#: Shown in a preview as long as no secret exists: nothing is created just to be looked at.
NOT_YET = "0" * 32
_NOT_YET_BYTES = b"\0" * 16


#: How long an answer is good for: to be on the safe side, and after a program that hung.
_LONG_SECONDS = 24 * 3600.0
_SHORT_SECONDS = 3600.0


def scheme(environ: Mapping[str, str], app: App = TILT_APP) -> str:
    """Return which of the three schemes *environ* asks for; the third is for Tilt's own events only."""
    if environ.get(app.hash_key_variable):
        return TEAM
    return TILT if app.scheme_variable and environ.get(app.scheme_variable) == TILT else LOCAL


class Identities:
    """The digests of one run. Made when it is known that they will be sent; read once, at the end.

    Other programs know what they are made of (`_facts`). They are started at once, so that they run while
    the command finishes its own work; and not at all if what they would say is known (`_answers`).
    """

    __slots__ = (
        "_answers",
        "_app",
        "_clock",
        "_cwd",
        "_dirs",
        "_environ",
        "_facts",
        "_key",
        "_origin",
        "_pair",
        "_question",
    )

    def __init__(
        self,
        dirs: Dirs,
        environ: Mapping[str, str],
        cwd: str | None,
        clock: Clock = SYSTEM,
        app: App = TILT_APP,
    ) -> None:
        self._app = app
        self._dirs = dirs
        self._environ = environ
        self._cwd = cwd
        self._clock = clock
        asks_git = app.sends_origin and is_predictable(environ)
        self._question = Question(environ, cwd) if asks_git else None
        self._key = self._read_key()
        self._answers = Answers(dirs, self._key) if self._key else None
        self._origin = self._known_origin()
        self._pair = self._known(_machine_question(environ)) if scheme(environ, app) != LOCAL else ""
        self._facts: Facts | None = None
        if self._origin is None or self._pair is None:
            self._facts = self._ask()

    def tags(self, *, create: bool) -> dict[str, str]:
        """Return the tags.

        Args:
            create: whether the local secret may be created, and answers be kept; if not, and the
                secret is not there, digests under it are shown as zeros.

        Raises:
            OSError: the local secret can be neither read nor created.
        """
        chosen = scheme(self._environ, self._app)
        if chosen == LOCAL and self._key is None:
            self._key = _secret_for(self._dirs, create=create)
        if self._answers is None and self._key:
            self._answers = Answers(self._dirs, self._key)
        tags = self._machine_tags(chosen)
        tags["git.origin"] = self._origin_tag(chosen, keep=create)
        if self._pair is None and create and ANONYMOUS not in tags.values():
            pair = f"{tags['user']},{tags['machine']}"
            self._keep(_machine_question(self._environ), pair, _LONG_SECONDS, [])
        return _drop_empty(tags)

    def _read_key(self) -> bytes | None:
        chosen = scheme(self._environ, self._app)
        if chosen == LOCAL:
            return read_secret(self._dirs)
        key = self._environ[self._app.hash_key_variable] if chosen == TEAM else TILT
        return key.encode("utf-8", "surrogateescape")

    def _known_origin(self) -> str | None:
        """Return the digest of the remote, if it is known, or "" where nobody wants to know it."""
        if not self._app.sends_origin:
            return ""
        return self._known(self._question.text) if self._question else None

    def _known(self, question: bytes) -> str | None:
        return self._answers.find(question, self._clock.now()) if self._answers else None

    def _ask(self) -> Facts:
        if self._facts is None:
            from analytics._facts import Facts  # here: it is needed when an answer is not known

            uname = scheme(self._environ, self._app) != LOCAL and self._pair is None
            config = self._question is not None and self._origin is None
            remote = self._origin is None
            self._facts = Facts(self._environ, self._cwd, uname=uname, config=config, remote=remote)
        return self._facts

    def _machine_tags(self, chosen: str) -> dict[str, str]:
        if chosen == LOCAL:
            return local_ids(self._key, account(), "")
        if self._pair is not None:
            user, _, machine = self._pair.partition(",")
            return {"user": user, "machine": machine}
        from analytics._facts import machine_id

        uname, id = self._ask().uname(), machine_id(self._environ)
        return tilt_ids(uname, id, "") if chosen == TILT else team_ids(self._key or b"", uname, id, "")

    def _origin_tag(self, chosen: str, *, keep: bool) -> str:
        """Return the digest of the remote; "" outside git."""
        if self._origin is not None:
            return self._origin
        from analytics._remote import normalise

        remote = normalise(self._ask().remote())
        if chosen == LOCAL:
            tag = local_ids(self._key, "", remote)["git.origin"]
        elif chosen == TILT:
            tag = tilt_ids(None, None, remote)["git.origin"]
        else:
            tag = team_ids(self._key or b"", None, None, remote)["git.origin"]
        if keep:
            self._keep_origin(tag)
        return tag

    def _keep_origin(self, tag: str) -> None:
        """Keep git's answer, if what it depends on is known and has not changed since it was asked."""
        from analytics._facts import are_settled, origins

        facts, before = self._ask(), self._question
        if before is None:
            return
        if facts.git_timed_out():
            self._keep(before.text, "", _SHORT_SECONDS, [])
            return
        listing = facts.config()
        others = None if listing is None else origins(listing, before)
        if others is None or not are_settled([*before.paths, *others], self._clock.now()):
            return
        if Question(self._environ, self._cwd).text == before.text:
            self._keep(before.text, tag, _LONG_SECONDS, others)

    def _keep(self, question: bytes, answer: str, seconds: float, others: list[str]) -> None:
        if self._answers is not None:
            self._answers.keep(question, answer, until=self._clock.now() + seconds, others=others)


def read_secret(dirs: Dirs) -> bytes | None:
    """Return the secret, or None if there is none that can be used."""
    try:
        with open(dirs.secret, "rb") as file:
            secret = bytes.fromhex(file.read(4 * SECRET_BYTES).decode())
    except (OSError, ValueError):
        return None
    return secret if len(secret) == SECRET_BYTES else None


def _secret_for(dirs: Dirs, *, create: bool) -> bytes | None:
    secret = read_secret(dirs)
    if secret is not None or not create:
        return secret
    from analytics import _secret

    return _secret.read_or_create(dirs)


def _machine_question(environ: Mapping[str, str]) -> bytes:
    """What ``uname -a`` prints is this and what its build knows of the processor; then the machine's id."""
    from analytics._facts import machine_id_files

    facts = os.uname() if hasattr(os, "uname") else ()
    text = "\0".join(("machine", environ.get("PATH", ""), *facts))
    return text.encode("utf-8", "surrogateescape") + b"\0" + look(list(machine_id_files()))


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


def account() -> str:
    """Return what tells this machine's accounts apart: a number, or on Windows a name."""
    getuid = getattr(os, "getuid", None)
    return str(getuid()) if getuid else os.environ.get("USERNAME", "")


def _keyed(key: bytes, kind: str, value: bytes) -> bytes:
    return hmac_sha256(key, kind.encode() + b":" + value)[:16]


def _base64(data: bytes) -> str:
    from binascii import b2a_base64

    return b2a_base64(data, newline=False).decode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _drop_empty(tags: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in tags.items() if value}
