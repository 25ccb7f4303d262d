"""What may keep events from being sent, found by looking: nothing is created, and nothing is sent."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from analytics import _drops, _identity, _ledger, _outbox, _servers, _system
from analytics._consent import WORDS, decide, read_choice
from analytics._system import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from analytics._app import App
    from analytics._system import Dirs

OK, NOTE, PROBLEM = "ok", "note", "problem"

_OTHERS = 0o077
_LITTLE_ROOM = 16 * 1024 * 1024
_LOCAL_HOSTS = frozenset(("localhost", "127.0.0.1", "::1"))
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
_SHOWN_REFUSALS = 3


class Finding(NamedTuple):
    """What was looked at, how it is (`OK`, `NOTE` or `PROBLEM`), and what to do about it."""

    level: str
    subject: str
    words: str


def examine(dirs: Dirs, environ: Mapping[str, str], app: App) -> list[Finding]:
    """Return everything that was looked at, in the order in which an event passes it."""
    return list(_all(dirs, environ, app))


def _all(dirs: Dirs, environ: Mapping[str, str], app: App) -> Iterator[Finding]:
    yield _consent(dirs, environ, app)
    yield from _choice(dirs)
    yield from _identities(dirs, environ, app)
    if dirs.top:
        yield _writable(dirs)
        yield from _private(dirs)
        yield from _room(dirs)
        yield from _lock(dirs)
        yield from _spool(dirs)
    yield from _sender_program()
    yield from _endpoint(environ, app)
    if dirs.top:
        yield from _servers_in_trouble(dirs, app.endpoint(environ))
        yield from _log(dirs)
        yield from _refusals(dirs)
        yield from _losses(dirs)


def _consent(dirs: Dirs, environ: Mapping[str, str], app: App) -> Finding:
    decision = decide(environ, user=read_choice(dirs), app=app)
    return Finding(OK, "consent", decision.explanation)


def _choice(dirs: Dirs) -> Iterator[Finding]:
    choice = read_choice(dirs)
    if choice.problem:
        where = f" ({choice.path})" if choice.path else ""
        yield Finding(PROBLEM, "choice", f"your choice cannot be read: {choice.problem}{where}")
        return
    try:
        with open(dirs.choice, encoding="utf-8") as file:
            word = file.read().strip()
    except (OSError, UnicodeDecodeError):
        return
    if word not in WORDS:
        yield Finding(
            NOTE, "choice", f"{dirs.choice} has a word that means nothing; that counts as no choice"
        )


def _identities(dirs: Dirs, environ: Mapping[str, str], app: App) -> Iterator[Finding]:
    scheme = _identity.scheme(environ, app)
    if scheme == _identity.TEAM:
        yield Finding(OK, "identities", f"made under your team's {app.hash_key_variable}")
    elif scheme == _identity.TILT:
        words = (
            f"made with Tilt's formulas ({app.scheme_variable}=tilt): whoever guesses a value can check it"
        )
        yield Finding(NOTE, "identities", words)
    elif os.path.exists(dirs.secret):
        yield Finding(OK, "identities", f"made under the random secret in {dirs.secret}")


def _writable(dirs: Dirs) -> Finding:
    """The nearest directory that exists must take new files; of one of ours, nothing else will do."""
    for path in (dirs.spool, dirs.analytics, dirs.top, os.path.dirname(dirs.top)):
        try:
            os.stat(path)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            return Finding(PROBLEM, "files", f"nothing can be kept in {path}: {why}")
        if not os.path.isdir(path):
            return Finding(PROBLEM, "files", f"nothing can be kept: {path} is not a directory")
        if not os.access(path, os.W_OK | os.X_OK):
            return Finding(PROBLEM, "files", f"nothing can be kept: {path} is not writable")
        break
    return Finding(OK, "files", f"kept in {dirs.analytics}")


def _private(dirs: Dirs) -> Iterator[Finding]:
    """What was written for its owner should be for its owner still."""
    for path in (dirs.analytics, dirs.user, dirs.spool, dirs.secret, dirs.ledger):
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            continue
        if hasattr(os, "getuid") and found.st_uid != os.getuid():
            yield Finding(PROBLEM, "permissions", f"{path} belongs to another user")
        elif stat.S_IMODE(found.st_mode) & _OTHERS and os.name == "posix":
            level = NOTE if stat.S_ISDIR(found.st_mode) else PROBLEM  # what is in it is closed itself
            yield Finding(level, "permissions", f"others may look into {path}: `chmod go= '{path}'`")


def _room(dirs: Dirs) -> Iterator[Finding]:
    path = next((p for p in (dirs.spool, dirs.top, os.path.dirname(dirs.top)) if os.path.isdir(p)), "")
    try:
        free = shutil.disk_usage(path).free if path else _LITTLE_ROOM
    except OSError:
        return
    if free < _LITTLE_ROOM:
        yield Finding(PROBLEM, "disk", f"only {free // 1024} KiB are free where {path} is")


def _lock(dirs: Dirs) -> Iterator[Finding]:
    """Ask for the lock of the sender, if there is one, and let it go at once."""
    try:
        fd = os.open(dirs.sender_lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return
    try:
        free = _system.own(fd)
    except _system.NoLocksError:
        words = "files cannot be locked here: each command writes a file of its own"
        yield Finding(NOTE if sys.platform == "linux" else PROBLEM, "locks", words)
        return
    finally:
        os.close(fd)
    yield Finding(OK, "locks", "no sender is running" if free else "a sender is running now")


def _spool(dirs: Dirs) -> Iterator[Finding]:
    try:
        waiting = _outbox.waiting(dirs)
    except OSError as error:
        yield Finding(PROBLEM, "waiting", f"{dirs.spool} cannot be read: {error.strerror or error}")
        return
    size = sum(len(record.line()) for record in waiting)
    yield Finding(OK, "waiting", f"{len(waiting)} event(s), {size} of at most {dirs.limit} bytes")


def _sender_program() -> Iterator[Finding]:
    if find_spec("requests") is None:
        yield Finding(PROBLEM, "sender", "the package requests is missing: nothing can be posted")
    if not sys.executable or getattr(sys, "frozen", False):
        yield Finding(PROBLEM, "sender", "there is no Python interpreter to run the sender with")


def _endpoint(environ: Mapping[str, str], app: App) -> Iterator[Finding]:
    url = app.endpoint(environ)
    shown = _ledger.without_credentials(url)
    source = f" ({app.url_variable})" if environ.get(app.url_variable) else ""
    wrong = _wrong_with(url)
    if wrong:
        yield Finding(PROBLEM, "address", f"{shown}{source}: {wrong}")
        return
    parts = urlsplit(url)
    yield Finding(OK, "address", f"{shown}{source}")
    if parts.scheme == "http" and parts.hostname not in _LOCAL_HOSTS:
        yield Finding(NOTE, "address", "events go there unencrypted: the address begins with http:")
    for name in _PROXIES:
        if environ.get(name):
            yield Finding(
                NOTE, "proxy", f"{name} is set, and is used: {_ledger.without_credentials(environ[name])}"
            )


def _wrong_with(url: str) -> str:
    """Return what keeps *url* from being an address that can be posted to; "" if nothing does."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError as error:
        return str(error)
    if parts.scheme not in {"http", "https"}:
        return "an address begins with http:// or https://"
    if not parts.hostname or not port_is_fine:
        return "there is no host in it" if not parts.hostname else "there is no port 0"
    return ""


def _servers_in_trouble(dirs: Dirs, url: str) -> Iterator[Finding]:
    """An event goes to the address that was set when it was recorded, whatever is set now."""
    known, now = _servers.read(dirs), int(SYSTEM.now() * 1000)
    for address in dict.fromkeys((url, *_addresses(dirs))):
        server = known.get(_servers.key_of(address))
        if server is not None and server.failures:
            minutes = max(0, server.not_before - now) // 60_000
            wish = "; it asked to be left alone" if server.asked_until > now else ""
            shown = _ledger.without_credentials(address)
            words = f"failed {server.failures} time(s) in a row{wish}: {shown}; next try in {minutes} min"
            yield Finding(PROBLEM, "server", words)


def _addresses(dirs: Dirs) -> list[str]:
    try:
        return [record.url for record in _outbox.waiting(dirs)]
    except OSError:  # said by _spool
        return []


def _log(dirs: Dirs) -> Iterator[Finding]:
    """What the server said last, if it was not yes; and whether the record is whole."""
    try:
        ledger = _ledger.read(dirs)
    except OSError as error:
        yield Finding(PROBLEM, "log", f"the log cannot be read: {error.strerror or error}")
        return
    last = ledger.entries[-1] if ledger.entries else None
    if last is not None and last["detail"] != "accepted":
        words = f"the last attempt to send failed: {last['detail']} ({last.get('url')})"
        yield Finding(PROBLEM, "log", words)
    changed = ledger.damaged + sum(not _ledger.is_intact(entry) for entry in ledger.entries)
    if changed:
        yield Finding(NOTE, "log", f"{changed} line(s) of {dirs.ledger} are not as they were written")
    elif last is not None:
        yield Finding(OK, "log", f"{len(ledger.entries)} attempt(s) in {dirs.ledger}")


def _refusals(dirs: Dirs) -> Iterator[Finding]:
    """What a server refused for good."""
    try:
        refused = _outbox.rejected(dirs)
    except OSError:  # said by _writable or _spool
        return
    if not refused:
        return
    path = f"{dirs.spool}/rejected.jsonl"
    yield Finding(PROBLEM, "refused", f"{len(refused)} event(s) were refused by a server, see {path}")
    for line in refused[-_SHOWN_REFUSALS:]:
        yield Finding(NOTE, "refused", f"{line.get('answer')}: {line.get('body')}")


def _losses(dirs: Dirs) -> Iterator[Finding]:
    try:
        lost = _drops.pending(dirs)
    except OSError:
        return
    words = ", ".join(f"{count} {_WORDS.get(reason, reason)}" for reason, count in lost.items())
    if lost:
        yield Finding(NOTE, "lost", f"{words}; the next event that is sent will say so")


_WORDS = {
    _drops.EVICTED: "evicted because too much waited",
    _drops.OVERFLOW: "left out because one run recorded too many",
    _drops.UNWRITTEN: "not kept because the disk did not take them",
}


def problems(findings: Iterable[Finding]) -> list[str]:
    """Return the words of what is wrong."""
    return [finding.words for finding in findings if finding.level == PROBLEM]
