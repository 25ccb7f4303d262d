"""One POST of events, and what its answer means. The only module of the collector that imports requests."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Container, Mapping, Sequence
from http import HTTPStatus

import attrs
import requests

from analytics._outcome import Retry
from analytics._transport import judge, reason_of, split_credentials
from analytics.collector._export import Record
from analytics.collector.forward._receiver import Later, Outcome, Refused, Taken, Unusable

_CONNECT_SECONDS, _READ_SECONDS = 5.0, 30.0
_ANSWER_BYTES = 65_536
_SHOWN_CHARACTERS = 200
_SQUEEZE = 1  # gzip's quickest: a tenth is left of what repeats as much as this does

#: answers that no other events would change
_WRONG_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_WRONG_PLACE = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


@attrs.frozen
class Form:
    """What a protocol says about POSTs.

    Attributes:
        encode: the body for events; JSON.
        headers: besides those of the body.
        again: the statuses after which the same may be posted again.
        most_bytes: the longest body, before it is squeezed.
        read: what a body that came with a good status says.
        key: the environment's variable that the key comes from.
    """

    encode: Callable[[Sequence[Record]], bytes]
    headers: Mapping[str, str]
    again: Container[int]
    most_bytes: int
    read: Callable[[bytes], Taken]
    key: str


class Intake:
    """Posts events to one address, over a connection that is kept.

    Proxies and certificate authorities come from the environment, as everywhere. Redirects are not followed.
    """

    is_live = False

    def __init__(self, url: str, form: Form, most: int, oldest: int | None = None) -> None:
        self.most = most
        self.oldest = oldest
        self._form = form
        self._url, self._auth = split_credentials(url)
        self._session = requests.Session()
        self._headers = {
            "User-Agent": "tiltfile-ext",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            **form.headers,
        }

    def send(self, events: Sequence[Record]) -> Outcome:
        """Post *events* in one body."""
        body = self._form.encode(events)
        if len(body) > self._form.most_bytes:
            return Refused(
                f"{len(body):,} bytes are more than the {self._form.most_bytes:,} that may be posted"
            )
        try:
            with self._post(gzip.compress(body, _SQUEEZE, mtime=0)) as response:
                answer = response.raw.read(_ANSWER_BYTES, decode_content=True)
                return self._judge(response.status_code, response.headers, answer)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, ValueError) as error:
            return Unusable(reason_of(error))
        except (requests.RequestException, OSError) as error:
            return Later(reason_of(error))

    def _post(self, body: bytes) -> requests.Response:
        return self._session.post(
            self._url,
            data=body,
            headers=self._headers,
            auth=self._auth,
            timeout=(_CONNECT_SECONDS, _READ_SECONDS),
            allow_redirects=False,
            stream=True,
        )

    def _judge(self, status: int, headers: Mapping[str, str], answer: bytes) -> Outcome:
        words = f"{status} {_words(answer)}".rstrip()
        if HTTPStatus(200) <= status < HTTPStatus.MULTIPLE_CHOICES:
            return self._form.read(answer)
        if status in _WRONG_KEY:
            return Unusable(f"{words}; the key comes from the variable {self._form.key}")
        if status in _WRONG_PLACE or status < HTTPStatus.BAD_REQUEST:
            return Unusable(f"{words}; {self._url} takes no events")
        outcome = judge(status, headers)
        if status in self._form.again:
            return Later(words, outcome.retry_after_ms / 1000 if isinstance(outcome, Retry) else 0.0)
        return Refused(words)

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()


def _words(answer: bytes) -> str:
    """The beginning of what a server said, on one line."""
    text = " ".join(answer.decode(errors="replace").split())
    return "".join(filter(str.isprintable, text))[:_SHOWN_CHARACTERS]
