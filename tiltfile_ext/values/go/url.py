"""Web addresses as Go's net/url parses and prints them.

Facts: Go 1.26 net/url, Tilt 0.37.6 (links get the scheme http where they have none).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tiltfile_ext.starkit import Data, evolve
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit._types import quote

_UNRESERVED = r"A-Za-z0-9._~\-"
#: the signs that each part of an address holds without escape
_PATH = pattern(rf"[^{_UNRESERVED}$&+,/:;=@]+")
_FRAGMENT = pattern(rf"[^{_UNRESERVED}$&+,/:;=@!()*?]+")
_USER = pattern(rf"[^{_UNRESERVED}$&+,;=]+")
_HOST = pattern(rf"""[^{_UNRESERVED}$&+,;=!()*:'"<>[\]]+""")

#: signs that stay as they were written in a path or fragment
_AS_WRITTEN = pattern(r"[!$&'()*+,;=:@[\]%]")
_ESCAPE = pattern("%(?![0-9a-fA-F]{2}).{0,2}", re.DOTALL)
_ASCII_ESCAPE = pattern("%(?!25)[0-7][0-9a-fA-F]")
_BAD_HOST_SIGN = pattern(r"[\x00-\x20#/?@\\^`{|}\x7f]")
_USERINFO = pattern(rf"[{_UNRESERVED}:!$&'()*+,;=%@]*")
_PORT = pattern("(:[0-9]*)?")
_CONTROL = pattern("[\x00-\x1f\x7f]")


class URLError(ValueError):
    """The text is no address; ``str()`` is 'url empty' or 'parse "…": ' and what Go found."""


class URL(Data):
    """An address in its parts, escapes resolved; ``str()`` is its text.

    Attributes:
        user: name, or name and password; None where there is no "@".
        raw_path, raw_fragment: as written, where the text would not come out the same.
        force_query: it ends in a lone "?".
        omit_host: a scheme is followed by a single slash.
    """

    scheme: str = ""
    opaque: str = ""
    user: tuple[str, ...] | None = None
    host: str = ""
    path: str = ""
    fragment: str = ""
    raw_query: str = ""
    raw_path: str = ""
    raw_fragment: str = ""
    force_query: bool = False
    omit_host: bool = False

    def __str__(self) -> str:
        text = f"{self.scheme}:" if self.scheme else ""
        text += self.opaque or self._authority_and_path()
        if self.force_query or self.raw_query:
            text += f"?{self.raw_query}"
        return f"{text}#{_shown(self.fragment, self.raw_fragment, _FRAGMENT)}" if self.fragment else text

    def _authority_and_path(self) -> str:
        path = "*" if self.path == "*" and not self.raw_path else _shown(self.path, self.raw_path, _PATH)
        if path and path[0] != "/" and self.host:
            path = "/" + path
        if not (self.scheme or self.host or self.user):
            return f"./{path}" if ":" in path.partition("/")[0] else path
        if not self.host and self.user is None and (self.omit_host or not self.path):
            return path
        user = "" if self.user is None else ":".join(_escaped(part, _USER) for part in self.user) + "@"
        return f"//{user}{_escaped(self.host, _HOST)}{path}"

    def go_fields(self) -> dict[str, Any]:
        """The parts as Go's encoding/json has them: a user is an object without fields."""
        return {
            "Scheme": self.scheme, "Opaque": self.opaque, "User": None if self.user is None else {},
            "Host": self.host, "Path": self.path, "Fragment": self.fragment, "RawQuery": self.raw_query,
            "RawPath": self.raw_path, "RawFragment": self.raw_fragment,
            "ForceQuery": self.force_query, "OmitHost": self.omit_host,
        }  # fmt: skip


def parse_url(text: str) -> URL:
    """The address that *text* is; "http" is its scheme where it has none.

    Raises:
        URLError: "url empty", 'parse "…": missing protocol scheme', 'parse "…": invalid port ":x" after host'
    """
    if not text:
        raise URLError("url empty")
    url = parse_reference(text)
    return url if url.scheme else evolve(url, scheme="http")


def parse_reference(text: str) -> URL:
    """The address that *text* is, which may be a part of one: "/path?query".

    Raises:
        URLError: 'parse "…": missing protocol scheme', …
    """
    rest, _, fragment = text.partition("#")
    url: URL = _saying(rest, _parse, rest)
    if fragment:
        plain: str = _saying(text, _unescaped, fragment)
        url = evolve(url, fragment=plain, raw_fragment=_raw(fragment, plain, _FRAGMENT))
    return url


def _saying(text: str, parse: Callable[[str], Any], part: str) -> Any:
    try:
        return parse(part)
    except URLError as error:
        raise URLError(f"parse {quote(text)}: {error}") from None


def _parse(text: str) -> URL:
    if _CONTROL.search(text):
        raise URLError("net/url: invalid control character in URL")
    if text == "*":
        return URL(path="*")
    scheme, rest = _scheme(text)
    force_query = rest.endswith("?") and rest.count("?") == 1
    rest, _, query = rest.partition("?")
    url = URL(scheme=scheme, raw_query=query, force_query=force_query)
    if not rest.startswith("/"):
        if scheme:
            return evolve(url, opaque=rest)
        if ":" in rest.partition("/")[0]:
            raise URLError("first path segment in URL cannot contain colon")
    return _with_authority(url, rest)


def _with_authority(url: URL, rest: str) -> URL:
    user, host = None, ""
    omit_host = bool(url.scheme) and rest.startswith("/") and not rest.startswith("//")
    if rest.startswith("//") and (url.scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        user, host = _authority(url.scheme, authority)
        rest = slash + path
    plain = _unescaped(rest)
    return evolve(
        url, user=user, host=host, omit_host=omit_host, path=plain, raw_path=_raw(rest, plain, _PATH)
    )


def _scheme(text: str) -> tuple[str, str]:
    if text.startswith(":"):
        raise URLError("missing protocol scheme")
    found = re.match("([A-Za-z][A-Za-z0-9+.-]*):", text)
    return (found.group(1).lower(), text[found.end() :]) if found else ("", text)


def _authority(scheme: str, authority: str) -> tuple[tuple[str, ...] | None, str]:
    userinfo, at, host_port = authority.rpartition("@")
    host = _host(scheme, host_port)
    if not at:
        return None, host
    if not _USERINFO.fullmatch(userinfo):
        raise URLError("net/url: invalid userinfo")
    name, colon, password = userinfo.partition(":")
    return ((_unescaped(name), _unescaped(password)) if colon else (_unescaped(name),)), host


def _host(scheme: str, host: str) -> str:
    bracket = host.rfind("[")
    if bracket > 0:
        raise URLError("invalid IP-literal")
    if bracket == 0:
        return _ip_literal(host)
    colon = host.find(":") if scheme in ("http", "https") else host.rfind(":")
    if colon >= 0:
        _check_port(host[colon:])
    return _unescaped_host(host)


def _ip_literal(host: str) -> str:
    close = host.rfind("]")
    if close < 0:
        raise URLError("missing ']' in host")
    _check_port(host[close + 1 :])
    plain, mark, zone = host[1:close].partition("%25")
    address = _unescaped_host(plain)
    if sign := _BAD_HOST_SIGN.search(zone):
        raise URLError(f"invalid character {quote(sign.group())} in host name")
    zone = _unescaped(mark + zone)
    _check_address(address + zone)
    return f"[{address}{zone}]{host[close + 1 :]}"


def _check_port(port: str) -> None:
    if not _PORT.fullmatch(port):
        raise URLError(f"invalid port {quote(port)} after host")


def _check_address(address: str) -> None:
    import ipaddress  # late: addresses in brackets are rare

    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        raise URLError(f"invalid host: ParseAddr({quote(address)}): unable to parse IP") from None
    if version == 4:  # noqa: PLR2004
        raise URLError("invalid IP-literal")


def _unescaped_host(host: str) -> str:
    """In a host only bytes beyond ASCII, and "%", may be escaped."""
    faults = [
        found for pattern in (_ESCAPE, _ASCII_ESCAPE, _BAD_HOST_SIGN) if (found := pattern.search(host))
    ]
    if faults:
        first = min(faults, key=re.Match.start).group()
        if first[0] == "%":
            raise _bad_escape(first)
        raise URLError(f"invalid character {quote(first)} in host name")
    return _unescaped(host)


def _unescaped(text: str) -> str:
    if fault := _ESCAPE.search(text):
        raise _bad_escape(fault.group())
    if "%" not in text:
        return text
    data = text.encode("utf-8", "surrogateescape")
    data = re.sub(b"%(..)", lambda found: bytes.fromhex(found.group(1).decode()), data, flags=re.DOTALL)
    return data.decode("utf-8", "surrogateescape")


def _bad_escape(text: str) -> URLError:
    """Go shows three bytes, which may be half a character."""
    shown = text.encode("utf-8", "surrogateescape")[:3].decode("utf-8", "surrogateescape")
    return URLError("invalid URL escape " + re.sub(r"\\udc(..)", r"\\x\1", quote(shown)))


def _escaped(text: str, signs: re.Pattern[str]) -> str:
    return signs.sub(_percent, text)


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "surrogateescape"))


def _raw(written: str, plain: str, signs: re.Pattern[str]) -> str:
    return "" if _escaped(plain, signs) == written else written


def _shown(plain: str, raw: str, signs: re.Pattern[str]) -> str:
    """The text as written, if every sign in it may stand there."""
    if raw and not signs.search(_AS_WRITTEN.sub("", raw)):
        return raw
    return _escaped(plain, signs)
