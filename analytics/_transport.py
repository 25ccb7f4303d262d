"""One POST per event, and what its answer means. The only module that imports requests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth

if TYPE_CHECKING:
    from analytics._spool import Record

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 5.0
_SMALL_BODY = 1024

_TIMEOUT, _TOO_MANY = 408, 429


class Sent(NamedTuple):
    """The server has it."""

    status: int


class Retry(NamedTuple):
    """Not now: the network or the server is in trouble. ``status`` is 0 where there was no answer."""

    status: int
    detail: str


class Rejected(NamedTuple):
    """Never: the server, or the address itself, says that trying again is of no use."""

    status: int
    detail: str


class _NoAuth(AuthBase):
    """Keeps requests from looking for a password in ~/.netrc: that file was not written for us."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Transport:
    """Posts records over connections that are kept while it lives.

    Proxies and certificate authorities come from the environment, as everywhere. Redirects are not
    followed: an event goes to the address that was configured, or nowhere.
    """

    def __init__(self) -> None:
        self._session = requests.Session()

    def post(self, record: Record) -> Sent | Retry | Rejected:
        """Post the body of *record*, exactly as it was recorded."""
        try:
            url, auth = split_credentials(record.url)
            response = self._session.post(
                url,
                data=record.body.encode(),
                headers=_headers(record),
                auth=auth,
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.InvalidProxyURL as error:  # the user can mend that
            return Retry(0, _reason(error))
        except (requests.exceptions.InvalidURL, ValueError) as error:
            return Rejected(0, _reason(error))
        except (requests.RequestException, OSError) as error:
            return Retry(0, _reason(error))
        _finish(response)
        return judge(response.status_code)


def judge(status: int) -> Sent | Retry | Rejected:
    """Return what an HTTP *status* means for the event."""
    if 200 <= status < 300:  # noqa: PLR2004  # the range is the definition
        return Sent(status)
    if 400 <= status < 500 and status not in {_TIMEOUT, _TOO_MANY}:  # noqa: PLR2004  # likewise
        return Rejected(status, "the server refused it")
    return Retry(status, "the server is in trouble")


def split_credentials(url: str) -> tuple[str, AuthBase]:
    """Return *url* without user and password, and the Basic authentication that they stand for.

    A user without a password, ``https://KEY@host``, has the empty one, as in Go.

    Raises:
        ValueError: *url* is not an address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"not an http address: {url}")
    credentials, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, _NoAuth()
    user, _, password = credentials.partition(":")
    return urlunsplit(parts._replace(netloc=host)), HTTPBasicAuth(unquote(user), unquote(password))


def _headers(record: Record) -> dict[str, str]:
    """What is about the delivery is in headers, so that the body stays Tilt's."""
    time = datetime.fromtimestamp(record.time / 1000, UTC)
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": record.id,
        "X-Event-Time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "User-Agent": "tilt-analytics",
    }


def _finish(response: requests.Response) -> None:
    """Read a short answer, so that the connection can be used again; of a long one, nothing."""
    try:
        if int(response.headers.get("Content-Length", _SMALL_BODY + 1)) <= _SMALL_BODY:
            response.content  # noqa: B018  # reading it is the point
    except (requests.RequestException, ValueError):
        pass
    finally:
        response.close()


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
