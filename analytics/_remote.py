"""The address of a git remote, written the one way that Tilt hashes it.

``https://github.com/tilt-dev/tilt.git``, ``git@github.com:tilt-dev/tilt.git`` and
``ssh://git@github.com/tilt-dev/tilt/`` all become ``//github.com/tilt-dev/tilt``. Tilt reads the address
with the Go packages git-urls and net/url, and prints it without scheme and user; a digest joins with
Tilt's only if every odd case comes out the same, so this file follows their rules one by one.
"""

from __future__ import annotations

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdefABCDEF")
_UNRESERVED = _LETTERS | _DIGITS | frozenset("-_.~")

_TRANSPORTS = frozenset(("ssh", "git", "git+ssh", "http", "https", "ftp", "ftps", "rsync", "file"))

# What net/url leaves unescaped when it prints a part, and what else it accepts as already escaped.
_PLAIN_PATH = _UNRESERVED | frozenset("$&+,/:;=@")
_PLAIN_FRAGMENT = _UNRESERVED | frozenset("$&+,/:;=?@!()*")
_PLAIN_HOST = _UNRESERVED | frozenset("!$&'()*+,;=:[]<>\"")
_VALID_ENCODED = frozenset("!$&'()*+,;=:@[]%")
_USERINFO = _UNRESERVED | frozenset(":!$&'()*+,;=%@")

_SCP_USER = _LETTERS | _DIGITS | frozenset("-._~")
_SCP_HOST = _LETTERS | _DIGITS | frozenset("._-")
_SCP_PATH = _LETTERS | _DIGITS | frozenset("./_-")

_FIRST_NON_ASCII = 0x80
_SPACE, _DELETE = " ", "\x7f"


class _Url:
    """The parts of an address that are printed: no scheme, no user."""

    __slots__ = ("force_query", "fragment", "host", "opaque", "path", "query", "raw_path")

    def __init__(self, *, host: str = "", path: str = "", query: str = "", opaque: str = "") -> None:
        self.host = host
        self.path = path
        self.query = query
        self.opaque = opaque
        self.raw_path = ""
        self.fragment = ""
        self.force_query = False


class _NotAUrlError(ValueError):
    """net/url refuses the text."""


def normalise(remote: str) -> str:
    """Return *remote* without scheme, user, one trailing slash and one trailing ``.git``."""
    url = _parse_transport(remote) or _parse_scp(remote) or _Url(path=remote)
    url.path = url.path.removesuffix("/").removesuffix(".git")
    return _print(url)


def _parse_transport(remote: str) -> _Url | None:
    """Read a URL with a scheme that git knows."""
    try:
        before, _, fragment = remote.partition("#")
        scheme, rest = _split_scheme(before)
        if scheme not in _TRANSPORTS:
            return None
        url = _parse_after_scheme(rest)
        url.fragment = _print_encoded(_unescape(fragment), fragment, _PLAIN_FRAGMENT)
    except _NotAUrlError:
        return None
    return url


def _split_scheme(text: str) -> tuple[str, str]:
    if any(c < _SPACE or c == _DELETE for c in text):
        raise _NotAUrlError
    scheme, colon, rest = text.partition(":")
    letters_first = scheme[:1] in _LETTERS and bool(scheme)
    if not colon or not letters_first or not set(scheme) <= _LETTERS | _DIGITS | frozenset("+-."):
        return "", text
    return scheme.lower(), rest


def _parse_after_scheme(rest: str) -> _Url:
    url = _Url()
    if rest.endswith("?") and rest.count("?") == 1:
        rest, url.force_query = rest[:-1], True
    else:
        rest, _, url.query = rest.partition("?")
    if not rest.startswith("/"):
        url.opaque = rest
        return url
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        url.host = _parse_authority(authority)
        rest = slash + path
    url.path, url.raw_path = _unescape(rest), rest
    return url


def _parse_authority(authority: str) -> str:
    user, _, host = authority.rpartition("@")
    if not set(user) <= _USERINFO:
        raise _NotAUrlError
    _unescape(user)
    _, colon, port = host.rpartition(":")
    if host.startswith("["):
        _, bracket, after = host.rpartition("]")
        colon, port = after[:1], after[1:]
        if not bracket or colon not in {"", ":"}:
            raise _NotAUrlError
    if colon and not set(port) <= _DIGITS:
        raise _NotAUrlError
    return _unescape_host(host)


def _unescape_host(host: str) -> str:
    """In a host, only bytes outside ASCII may be written with a percent sign."""
    for i, c in enumerate(host):
        if c == "%" and host[i + 1 : i + 2] < "8" and host[i : i + 3] != "%25":
            raise _NotAUrlError
        if c.isascii() and c != "%" and c not in _PLAIN_HOST:
            raise _NotAUrlError
    return _unescape(host)


def _parse_scp(remote: str) -> _Url | None:
    """Read ``[user@]host:path``, what git itself calls the scp-like form."""
    user, at, rest = remote.partition("@")
    if not at or not user or not set(user) <= _SCP_USER:
        rest = remote
    host, colon, after = rest.partition(":")
    path = _leading(after, _SCP_PATH)
    if not (colon and host and path) or not set(host) <= _SCP_HOST or "\n" in after:
        return None
    return _Url(host=host, path=path, query=after[len(path) :].removeprefix("?"))


def _print(url: _Url) -> str:
    if url.opaque:
        text = url.opaque
    else:
        host = f"//{_escape(url.host, _PLAIN_HOST)}" if url.host else ""
        path = _print_encoded(url.path, url.raw_path, _PLAIN_PATH)
        if host and path and not path.startswith("/"):
            path = f"/{path}"
        if not host and ":" in path.partition("/")[0]:
            path = f"./{path}"
        text = host + path
    query = f"?{url.query}" if url.query or url.force_query else ""
    fragment = f"#{url.fragment}" if url.fragment else ""
    return text + query + fragment


def _print_encoded(plain: str, raw: str, safe: frozenset[str]) -> str:
    """Keep the spelling that the address came with, where it is one of the valid ones."""
    if raw and set(raw) <= safe | _VALID_ENCODED and _unescape(raw) == plain:
        return raw
    return plain if plain == "*" else _escape(plain, safe)


def _escape(text: str, safe: frozenset[str]) -> str:
    return "".join(c if c in safe else _percent(c) for c in text)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


def _unescape(text: str) -> str:
    if "%" not in text:
        return text
    first, *others = text.split("%")
    data = bytearray(first.encode("utf-8", "surrogateescape"))
    for part in others:
        if len(part) < 2 or not set(part[:2]) <= _HEX:  # noqa: PLR2004  # two hexadecimal digits
            raise _NotAUrlError
        data.append(int(part[:2], 16))
        data += part[2:].encode("utf-8", "surrogateescape")
    return data.decode("utf-8", "surrogateescape")


def _leading(text: str, allowed: frozenset[str]) -> str:
    for i, c in enumerate(text):
        if c not in allowed:
            return text[:i]
    return text
