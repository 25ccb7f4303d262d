"""Serves the pages on 127.0.0.1, to one browser, until it is told to stop."""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from analytics.view import _pages
from analytics.view._session import Session
from analytics.view._style import CSS, source_of

if TYPE_CHECKING:
    from analytics.view._html import Html
    from analytics.view._view import View

_LONGEST_FORM = 4096
_PATIENCE_SECONDS = 10
_MOST_PAGES = 10_000

_ALWAYS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {source_of(CSS)}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # no-referrer would take the Origin from our own forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_USED = "This link was used already, or was never one. Start the view again for a new one."
_NO_LINK = "Open the link that the view printed when it started."
_STRANGER = "This request did not come from a page of the view."
_NO_PAGE = "There is no such page."


class ViewServer(ThreadingHTTPServer):
    """The server of one view."""

    daemon_threads = True
    view: View
    session: Session

    @property
    def link(self) -> str:
        """The address that lets in whoever opens it first."""
        return self.session.link


def serve(view: View, port: int = 0) -> ViewServer:
    """Return a server of *view* that listens on *port*, or on any that is free; ``serve_forever`` runs it.

    Raises:
        OSError: the port cannot be had.
    """
    server = ViewServer(("127.0.0.1", port), _Handler)
    server.view = view
    server.session = Session(server.server_address[1])
    return server


class _Handler(BaseHTTPRequestHandler):
    """Answers one request. What it refuses, it refuses before it looks at anything of the user's."""

    server: ViewServer
    timeout = _PATIENCE_SECONDS
    server_version = "analytics"
    sys_version = ""

    def do_GET(self) -> None:
        """Let in, or show a page."""
        address = urlsplit(self.path)
        query = parse_qs(address.query)
        if not self.server.session.is_for_us(self.headers):
            self._refuse(HTTPStatus.FORBIDDEN, _STRANGER)
        elif "token" in query:
            self._let_in(query["token"][0])
        elif not self.server.session.knows(self.headers):
            self._refuse(HTTPStatus.FORBIDDEN, _NO_LINK)
        else:
            self._show(address.path, query)

    def do_POST(self) -> None:
        """Take the choice."""
        session = self.server.session
        fine = session.is_for_us(self.headers) and session.is_from_us(self.headers)
        form = self._form() if fine and session.knows(self.headers) else {}
        if not session.accepts(form.get("form-token", "")):
            self._refuse(HTTPStatus.FORBIDDEN, _STRANGER)
        elif urlsplit(self.path).path != "/choice":
            self._refuse(HTTPStatus.NOT_FOUND, _NO_PAGE)
        else:
            self._choose(form.get("choice", ""))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: addresses have tokens in them."""

    def _let_in(self, token: str) -> None:
        cookie = self.server.session.enter(token)
        if cookie:
            self._redirect({"Set-Cookie": cookie})
        elif self.server.session.knows(self.headers):  # the same browser, by its history
            self._redirect({})
        else:
            self._refuse(HTTPStatus.FORBIDDEN, _USED)

    def _show(self, path: str, query: dict[str, list[str]]) -> None:
        content = self._content(path, query)
        if content is None:
            self._refuse(HTTPStatus.NOT_FOUND, _NO_PAGE)
        else:
            self._answer(HTTPStatus.OK, path, content)

    def _content(self, path: str, query: dict[str, list[str]]) -> Html | None:
        view, session = self.server.view, self.server.session
        if path == "/":
            return _pages.overview(view, session.form_token, session.message())
        if path == "/sent":
            return _pages.sent(view, _page_number(query.get("page", ["1"])[0]))
        if path == "/waiting":
            return _pages.waiting(view)
        return _pages.keys(view) if path == "/keys" else None

    def _choose(self, word: str) -> None:
        try:
            self.server.session.leave(self.server.view.choose(word))
        except KeyError:
            self._refuse(HTTPStatus.BAD_REQUEST, "There is no such choice.")
            return
        self._redirect({})

    def _form(self) -> dict[str, str]:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > _LONGEST_FORM:
            return {}
        data = self.rfile.read(int(length)).decode("utf-8", "replace")
        return {name: values[0] for name, values in parse_qs(data).items()}

    def _refuse(self, status: HTTPStatus, words: str) -> None:
        self._answer(status, "", _pages.refusal(words))

    def _redirect(self, headers: dict[str, str]) -> None:
        self._send(HTTPStatus.SEE_OTHER, {"Location": "/", **headers}, b"")

    def _answer(self, status: HTTPStatus, path: str, content: Html) -> None:
        body = _pages.page(self.server.view, path, content)
        self._send(status, {"Content-Type": "text/html; charset=utf-8"}, body)

    def _send(self, status: HTTPStatus, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**_ALWAYS, **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _page_number(text: str) -> int:
    return min(max(1, int(text)), _MOST_PAGES) if text.isascii() and text.isdigit() else 1
