"""The collector as an ASGI application: events come in by POST; whatever is asked by GET is the site's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from http import HTTPStatus
from math import ceil
from time import time
from typing import Any

import attrs

from analytics.collector._http import Answer, Receive, Send, json_answer, problem
from analytics.collector._limits import REQUEST_BYTES
from analytics.collector._post import BadRequestError, read_post
from analytics.collector._rates import Rate, sender_of
from analytics.collector._roles import WRITE
from analytics.collector._store import Receipt
from analytics.collector._tokens import Tokens
from analytics.collector._writer import BusyError, DiskError, Writer

#: tells clients that they may send many events at once
_ACCEPTS = (b"accept-post", b"application/json, application/x-ndjson")
_BODY_SECONDS = 10.0
_RETRY = (b"retry-after", b"1")
_TOO_MUCH = "more events than one key, or one address, may send: wait as long as Retry-After says"

_STORED = json_answer(HTTPStatus.OK, {"stored": 1, "doubles": 0, "refused": []}, _ACCEPTS)
_DOUBLE = json_answer(HTTPStatus.OK, {"stored": 0, "doubles": 1, "refused": []}, _ACCEPTS)

#: answers what is no POST of events
Site = Callable[[Mapping[str, Any], bytes], Awaitable[Answer]]


class TooLargeError(Exception):
    """A body of more bytes than are taken."""


class SlowError(Exception):
    """A body that does not come in time."""


class GoneError(Exception):
    """The client went before it had sent everything."""


@attrs.frozen
class Limits:
    """How many events a second may come from one key, and from one address."""

    key: Rate = attrs.field(factory=Rate)
    address: Rate = attrs.field(factory=Rate)


class Collector:
    """The application.

    Args:
        writer: keeps events.
        tokens: says who may.
        site: answers all but POSTs of events.
        path: where events are posted to.
        limits: how much may come from one key, and from one address.
        chore: what is done beside, until the end.
    """

    def __init__(
        self,
        writer: Writer[Any],
        tokens: Tokens,
        site: Site,
        path: str = "/report",
        limits: Limits | None = None,
        chore: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self._writer = writer
        self._tokens = tokens
        self._site = site
        self._path = path
        self._limits = limits or Limits()
        self._chore = chore

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, or start and stop with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            try:
                answer = await self._answer(scope, receive)
            except GoneError:
                return
            await answer.send(send)

    async def _live(self, receive: Receive, send: Send) -> None:
        beside: asyncio.Task[None] | None = None
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.startup":
                self._writer.start()
                beside = asyncio.create_task(self._chore()) if self._chore else None
            else:
                if beside is not None:
                    beside.cancel()
                await self._writer.stop()
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return

    async def _answer(self, scope: Mapping[str, Any], receive: Receive) -> Answer:
        headers = dict(scope["headers"])
        is_event = scope["method"] == "POST" and scope["path"] == self._path
        if is_event and not self._tokens.may(WRITE, headers.get(b"authorization", b"")):
            return problem(
                HTTPStatus.UNAUTHORIZED, "a write key is needed: TILT_ANALYTICS_URL=https://KEY@host/report"
            )
        try:
            body = await read_body(headers, receive)
        except TooLargeError:
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {REQUEST_BYTES} bytes", _CLOSE)
        except SlowError:
            return problem(HTTPStatus.REQUEST_TIMEOUT, f"the body took over {_BODY_SECONDS:g} s", _CLOSE)
        if not is_event:
            return await self._site(scope, body)
        key, address = headers.get(b"authorization", b""), sender_of((scope["client"] or ("",))[0])
        wait = max(self._limits.key.wait(key), self._limits.address.wait(address))
        if wait:
            return problem(HTTPStatus.TOO_MANY_REQUESTS, _TOO_MUCH, (b"retry-after", b"%d" % ceil(wait)))
        return await self._keep(body, headers, key, address)

    async def _keep(self, body: bytes, headers: Mapping[bytes, bytes], key: bytes, address: str) -> Answer:
        try:
            post = read_post(body, headers, int(time() * 1000))
            self._limits.key.take(key, len(post.bodies))
            self._limits.address.take(address, len(post.bodies))
            receipt = await self._writer.write(post)
        except BadRequestError as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        except BusyError as error:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), _RETRY)
        except DiskError:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "the disk did not take it", _RETRY)
        return _said(receipt, len(post.bodies))


def _said(receipt: Receipt, events: int) -> Answer:
    """An event alone that is refused is an error of the client; one of many is not."""
    if events == 1 and receipt.stored:
        return _STORED
    if events == 1 and receipt.doubles:
        return _DOUBLE
    if events == 1:
        return problem(HTTPStatus.BAD_REQUEST, receipt.refused[0])
    said = {"stored": receipt.stored, "doubles": receipt.doubles, "refused": receipt.refused}
    return json_answer(HTTPStatus.OK, said, _ACCEPTS)


_CLOSE = (b"connection", b"close")


async def read_body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    """The body of a request, at most `REQUEST_BYTES`, within ten seconds.

    Raises:
        TooLargeError: it is larger, or says so.
        SlowError: it takes longer.
        GoneError: the client has gone.
    """
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > REQUEST_BYTES:
        raise TooLargeError
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
        return body
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            return await _pieces(message, receive)
    except TimeoutError:
        raise SlowError from None


async def _pieces(message: Mapping[str, Any], receive: Receive) -> bytes:
    pieces, size = [], 0
    while True:
        if message["type"] == "http.disconnect":
            raise GoneError
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > REQUEST_BYTES:
            raise TooLargeError
        if not message.get("more_body", False):
            return b"".join(pieces)
        message = await receive()
