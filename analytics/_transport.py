"""One POST, and what its answer means. The only module that imports requests."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
import urllib3
from requests.auth import AuthBase, HTTPBasicAuth

from analytics._outcome import Outcome, Rejected, Retry, Sent
from analytics._parcel import BATCH_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._parcel import Parcel

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 5.0
_SMALL_BODY = 1024

_TIMEOUT, _TOO_MANY = 408, 429


class _NoAuth(AuthBase):
    """Keeps requests from looking for a password in ~/.netrc: that file was not written for us."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Transport:
    """Posts parcels over connections that are kept while it lives.

    Proxies and certificate authorities come from the environment, as everywhere. Redirects are not
    followed: an event goes to the address that was configured, or nowhere.
    """

    def __init__(self) -> None:
        self._session = requests.Session()

    def post(self, parcel: Parcel) -> Outcome:
        """Post the body of *parcel*, exactly as its events were recorded."""
        try:
            url, auth = split_credentials(parcel.url)
            response = self._session.post(
                url,
                data=parcel.body.encode(),
                headers=_headers(parcel),
                auth=auth,
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.InvalidProxyURL as error:  # the user can mend that
            return Retry(0, reason_of(error), reached=False)
        except (requests.exceptions.InvalidURL, ValueError) as error:
            return Rejected(0, reason_of(error))
        except (requests.RequestException, OSError) as error:
            return Retry(0, reason_of(error), reached=_was_reached(error))
        _finish(response)
        return judge(response.status_code, response.headers)


def judge(status: int, headers: Mapping[str, str], now: datetime | None = None) -> Outcome:
    """Return what an answer means for the events that were posted.

    Args:
        status: its HTTP status.
        headers: its headers; their names in whatever case *headers* takes.
        now: the time, for a ``Retry-After`` that is a date.
    """
    if 200 <= status < 300:  # noqa: PLR2004  # the range is the definition
        return Sent(status, takes_batches=_takes_batches(headers.get("Accept-Post", "")))
    if 400 <= status < 500 and status not in {_TIMEOUT, _TOO_MANY}:  # noqa: PLR2004  # likewise
        return Rejected(status, "the server refused it")
    after = _retry_after_ms(headers.get("Retry-After", ""), now or datetime.now(UTC))
    return Retry(status, "the server is in trouble", retry_after_ms=after)


def _takes_batches(accept_post: str) -> bool:
    """``Accept-Post`` lists the media types that may be posted to an address (W3C, LDP 1.0)."""
    types = (item.partition(";")[0].strip().lower() for item in accept_post.split(","))
    return BATCH_TYPE in types


def _retry_after_ms(text: str, now: datetime) -> int:
    """Read seconds, or a date; 0 for what is neither."""
    if text.strip().isascii() and text.strip().isdigit():
        return int(text.strip()[:9]) * 1000
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return 0
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0, int((aware - now).total_seconds() * 1000))


def _was_reached(error: Exception) -> bool:
    """Return whether there was somebody at the other end before it went wrong."""
    if isinstance(error, requests.exceptions.ReadTimeout):
        return True
    if not isinstance(error, requests.exceptions.ConnectionError):
        return isinstance(error, requests.exceptions.ChunkedEncodingError)
    cause = error.args[0] if error.args else None
    return isinstance(cause, urllib3.exceptions.ProtocolError)


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


def _headers(parcel: Parcel) -> dict[str, str]:
    """What is about the delivery is in headers, so that bodies stay Tilt's."""
    headers = {
        "Content-Type": parcel.media_type,
        "Idempotency-Key": parcel.key,
        "X-Event-Ids": ",".join(parcel.ids),
        "User-Agent": "tilt-analytics",
    }
    if not parcel.is_batch:
        time = datetime.fromtimestamp(parcel.records[0].time / 1000, UTC)
        headers["X-Event-Time"] = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return headers


def _finish(response: requests.Response) -> None:
    """Read a short answer, so that the connection can be used again; of a long one, nothing."""
    try:
        if int(response.headers.get("Content-Length", _SMALL_BODY + 1)) <= _SMALL_BODY:
            response.content  # noqa: B018  # reading it is the point
    except (requests.RequestException, ValueError):
        pass
    finally:
        response.close()


def reason_of(error: Exception) -> str:
    """Say what went wrong, without what libraries wrap around it: pools, retries, objects' names."""
    cause = error.args[0] if error.args else error
    words = str(getattr(cause, "reason", None) or cause)
    if isinstance(error, requests.RequestException):
        words = words.partition("): ")[2] or words
    return f"{type(error).__name__}: {words}"
