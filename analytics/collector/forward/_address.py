"""Where to forward to: ``PROTOCOL+http[s]://HOST[:PORT][/PATH]``, ``statsd://HOST[:PORT]``, ``statsd+unix:///PATH``."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

import attrs

STATSD, DATADOG, OTLP = "statsd", "datadog", "otlp"

#: where a protocol's receivers take events if the address has no path
_PATHS = {DATADOG: "/api/v2/logs", OTLP: "/v1/logs"}
_WEB = ("http", "https")
_STATSD_PORT = 8125

FORMS = (
    "statsd://HOST[:PORT], statsd+unix:///PATH, datadog+https://HOST, otlp+https://HOST[:PORT][/PATH] "
    "or otlp+http://…"
)


@attrs.frozen
class Address:
    """One receiver.

    Attributes:
        text: as it was given.
        protocol: `STATSD`, `DATADOG` or `OTLP`.
        url: what is posted to; "" for statsd.
        host, port: where datagrams go; "" for none.
        path: the socket that datagrams go to; "" for none.
    """

    text: str
    protocol: str
    url: str = ""
    host: str = ""
    port: int = 0
    path: str = ""


def parse(text: str) -> Address:
    """The address that *text* is.

    Raises:
        ValueError: it is none; says what one looks like.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{text!r} is no address: {error}") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError(
            "keys are not part of the address, where everybody sees them: see the help's environment"
        )
    protocol, _, carrier = parts.scheme.partition("+")
    if protocol == STATSD:
        return _statsd(text, parts, carrier, port)
    if protocol not in _PATHS or carrier not in _WEB or not parts.hostname:
        raise ValueError(f"{text!r} is none of {FORMS}")
    url = parts._replace(
        scheme=carrier, netloc=_host(protocol, parts.netloc), path=_path(protocol, parts.path)
    )
    return Address(text, protocol, url=url.geturl())


def _statsd(text: str, parts: SplitResult, carrier: str, port: int | None) -> Address:
    if carrier == "unix" and parts.path and not parts.netloc:
        return Address(text, STATSD, path=unquote(parts.path))
    if carrier or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(f"{text!r} is none of {FORMS}")
    return Address(text, STATSD, host=parts.hostname, port=port or _STATSD_PORT)


def _host(protocol: str, netloc: str) -> str:
    """Datadog takes logs at another host of the same site than everything else."""
    return f"http-intake.logs.{netloc[4:]}" if protocol == DATADOG and netloc.startswith("api.") else netloc


def _path(protocol: str, path: str) -> str:
    return path if path not in ("", "/") else _PATHS[protocol]
