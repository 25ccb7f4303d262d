"""What is answered to a request, and how it goes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import attrs
import orjson

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: on every answer to a browser
GUARDED = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


@attrs.frozen
class Answer:
    """A status, headers besides the length, and a body."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()

    async def send(self, send: Send) -> None:
        """Send it to the client."""
        headers = [*self.headers, (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def json_answer(status: int, value: object, *headers: tuple[bytes, bytes]) -> Answer:
    """An answer for programs."""
    return Answer(status, orjson.dumps(value) + b"\n", ((b"content-type", b"application/json"), *headers))


def problem(status: int, message: str, *headers: tuple[bytes, bytes]) -> Answer:
    """An answer that says what is wrong."""
    return json_answer(status, {"error": message}, *headers)
