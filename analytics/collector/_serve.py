"""Runs the collector until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from typing import Any

import attrs
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from analytics.collector._app import Collector, Limits
from analytics.collector._errors import CollectorError
from analytics.collector._open import read_only
from analytics.collector._rates import Rate
from analytics.collector._reading import reader_of
from analytics.collector._retention import Retention, keep_to
from analytics.collector._roles import WRITE
from analytics.collector._site import Site
from analytics.collector._store import Store, connect
from analytics.collector._tokens import Tokens
from analytics.collector._writer import Writer

_HEAD_SECONDS = 10.0
_GRACE_SECONDS = 10
_CONNECTIONS = 10_000
_BACKLOG = 2048
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@attrs.frozen
class Settings:
    """What ``serve`` is told.

    Attributes:
        path: the file.
        host, port: where to listen; port 0 takes any that is free.
        report: the path that events are posted to.
        certificate, key: files for TLS; none of them without.
        is_open: whether anybody may post from other machines, without a write key.
        known: names of built-ins that there are.
        repositories: names of repositories, by the digests that stand for them.
        retention: how long what is kept.
        key_rate, address_rate: how many events a second may come from one key, and one address; 0 is any.
    """

    path: str
    host: str = "127.0.0.1"
    port: int = 8080
    report: str = "/report"
    certificate: str | None = None
    key: str | None = None
    is_open: bool = False
    known: tuple[str, ...] = ()
    repositories: Mapping[str, str] = attrs.field(factory=dict)
    retention: Retention = attrs.field(factory=Retention)
    key_rate: float = 0
    address_rate: float = 0


class Hurried(HttpToolsProtocol):
    """Ends a connection whose request does not begin, or whose head does not end, in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A client has come."""
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """It has ended; the body has a time of its own."""
        self._wait_no_more()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._wait_no_more()
        self._late = self.loop.call_later(_HEAD_SECONDS, self._give_up)

    def _wait_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self.transport.close()


def serve(
    settings: Settings, say: Callable[[str], object] = print, log: Callable[[str], object] = print
) -> None:
    """Serve until SIGINT or SIGTERM; what waits for the disk is written first.

    Args:
        settings: where, and what.
        say: is told the address once events can be posted to it.
        log: is told what happens later.

    Raises:
        CollectorError: the file or the address cannot be used, or strangers could post.
    """
    tokens = tokens_of(settings)
    store = Store(connect(settings.path))
    store.settle()
    writer = Writer(store)
    read = reader_of(settings.path, settings.repositories)
    site = Site(read, writer, tokens, settings.known, settings.retention.rows(), settings.report)
    chore = partial(keep_to, settings.retention, writer, log)
    app = Collector(writer, tokens, site, settings.report, limits_of(settings), chore)
    listen_and_answer(settings, app, tokens, say)


def limits_of(settings: Settings) -> Limits:
    """How much may come from one key, and from one address."""
    return Limits(Rate(settings.key_rate), Rate(settings.address_rate))


def tokens_of(settings: Settings) -> Tokens:
    """Who may: the keys in the file, which is made if need be.

    Raises:
        CollectorError: the file cannot be used.
    """
    connect(settings.path).close()
    return Tokens(lambda: _rows(settings.path))


def listen_and_answer(
    settings: Settings, app: Collector, tokens: Tokens, say: Callable[[str], object]
) -> None:
    """Let *app* answer until SIGINT or SIGTERM; *say* is told the address.

    Raises:
        CollectorError: the address cannot be used, or strangers could post.
    """
    if settings.host not in _LOOPBACK and not settings.is_open and tokens.may(WRITE, b""):
        raise CollectorError(
            f"{settings.host} can be reached from other machines, and there is no write key: make one with "
            f"`collect add-key NAME --file {settings.path}`, or let anybody post with --open"
        )
    listener = _listen(settings)
    scheme = "https" if settings.certificate else "http"
    host, port = listener.getsockname()[:2]
    address = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn stops by them, and then raises them again
        signal.signal(number, lambda *_: None)
    _Server(_config(settings, app), lambda: say(address)).run(sockets=[listener])


def _rows(path: str) -> list[tuple[bytes, str]]:
    with closing(read_only(path)) as db:
        return db.execute("SELECT digest, role FROM token").fetchall()


def _listen(settings: Settings) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise CollectorError(f"cannot listen at {settings.host}:{settings.port}: {reason}") from None


def _config(settings: Settings, app: Collector) -> uvicorn.Config:
    try:
        config = uvicorn.Config(
            app,
            http=Hurried,
            ws="none",
            lifespan="on",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            ssl_certfile=settings.certificate,
            ssl_keyfile=settings.key,
        )
        config.load()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CollectorError(f"{settings.certificate} cannot be used as a certificate: {reason}") from None
    return config


class _Server(uvicorn.Server):
    """Says when it can be reached."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], object]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._tell()
