"""Who may look: whoever opened the one-time link, in the browser in which it was opened.

Other users of this machine can reach the port, and pages of other sites can make a browser send requests to
it. The first have neither link nor cookie. The second are told by the ``Host`` that they resolve to this
machine, by the ``Origin`` of what they send, and by the form token that they cannot read.
"""

from __future__ import annotations

import hmac
import os
from http.cookies import CookieError, SimpleCookie
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

_BYTES = 32


class Session:
    """The one visit that a server allows.

    Attributes:
        token: opens the door, once.
        form_token: proves that a form was on a page of ours.
    """

    def __init__(self, port: int) -> None:
        self.token = _random()
        self.form_token = _random()
        self._origin = f"http://127.0.0.1:{port}"
        self._host = f"127.0.0.1:{port}"
        self._cookie_name = f"analytics-view-{port}"  # cookies do not tell ports apart
        self._cookie = ""
        self._lock = Lock()
        self._message = ""

    @property
    def link(self) -> str:
        """The address that lets in whoever opens it first."""
        return f"{self._origin}/?token={self.token}"

    def enter(self, token: str) -> str:
        """Return the value of ``Set-Cookie`` for the one who has the token first; "" for all others."""
        with self._lock:
            if self._cookie or not _same(token, self.token):
                return ""
            self._cookie = _random()
        return f"{self._cookie_name}={self._cookie}; HttpOnly; SameSite=Strict; Path=/"

    def knows(self, headers: Message) -> bool:
        """Return whether the request comes from the browser that was let in."""
        try:
            cookie = SimpleCookie(headers.get("Cookie", "")).get(self._cookie_name)
        except CookieError:
            return False
        return bool(self._cookie) and cookie is not None and _same(cookie.value, self._cookie)

    def is_for_us(self, headers: Message) -> bool:
        """Return whether the request was meant for this address: a name that leads here is not enough."""
        return headers.get("Host", "") == self._host

    def is_from_us(self, headers: Message) -> bool:
        """Return whether a form was sent from a page of this server's."""
        site = headers.get("Sec-Fetch-Site", "same-origin")
        return headers.get("Origin", "") == self._origin and site == "same-origin"

    def accepts(self, form_token: str) -> bool:
        """Return whether *form_token* is the one on our pages."""
        return _same(form_token, self.form_token)

    def leave(self, message: str) -> None:
        """Keep *message* for the next page."""
        self._message = message

    def message(self) -> str:
        """Return what was left, once."""
        message, self._message = self._message, ""
        return message


def _random() -> str:
    return os.urandom(_BYTES).hex()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())
