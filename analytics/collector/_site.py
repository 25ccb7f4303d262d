"""What can be asked by GET: the page, its tables as CSV and JSON, what one hash sent, health and metrics."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http import HTTPStatus
from time import time
from typing import Any
from urllib.parse import parse_qs

import attrs
import orjson

from analytics.collector import _page
from analytics.collector._days import DAY_MS, Days
from analytics.collector._forms import as_csv, as_json, as_metrics
from analytics.collector._http import GUARDED, Answer, json_answer, problem
from analytics.collector._maintenance import erase
from analytics.collector._openapi import document
from analytics.collector._post import BadRequestError
from analytics.collector._questions import Questions, moment
from analytics.collector._reading import GivenUpError, Read, Reading
from analytics.collector._roles import ADMIN, READ
from analytics.collector._routes import CSV, HTML, JSON, Route, find
from analytics.collector._tables import Cell, Table
from analytics.collector._tokens import Tokens
from analytics.collector._writer import DiskError, Writer
from analytics.view._html import Html

_DEFAULT_DAYS, _MOST_DAYS = 30, 3650
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_SHOWN_EVENTS = 200
_LATE_SECONDS = 5.0

_HTML = ((b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", _page.POLICY.encode()))
_ASK = (b"www-authenticate", b'Basic realm="collector: a read token as the user", charset="UTF-8"')
_SAME = (b"same-origin", b"none")


@attrs.frozen
class Asked:
    """A request, taken apart.

    Attributes:
        method: GET, HEAD or POST.
        path: without the query.
        query: the first value of each name.
        headers: by names in lower case.
        body: what came with it.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[bytes, bytes]
    body: bytes

    @property
    def days(self) -> int:
        """How many days it is about.

        Raises:
            BadRequestError: that is no number of days.
        """
        text = self.query.get("days", str(_DEFAULT_DAYS))
        if _NUMBER.fullmatch(text) is None or not 1 <= int(text) <= _MOST_DAYS:
            raise BadRequestError(f"days is a number from 1 to {_MOST_DAYS}")
        return int(text)

    def is_from_us(self) -> bool:
        """Whether a page of ours, or a program, sent it; browsers say which site did."""
        return self.headers.get(b"sec-fetch-site", b"none") in _SAME


class Site:
    """Answers whatever is no POST of events.

    Args:
        read: begins to read what is kept.
        writer: writes to it.
        tokens: says who may look, and who may erase.
        known: names of built-ins that there are, to tell which nobody uses.
        about: what to say of the collector beside its data.
        report: where events are posted to.
    """

    def __init__(
        self,
        read: Read,
        writer: Writer[Any],
        tokens: Tokens,
        known: Iterable[str] = (),
        about: Iterable[tuple[str, Cell]] = (),
        report: str = "/report",
    ) -> None:
        self._read = read
        self._writer = writer
        self._tokens = tokens
        self._known = tuple(known)
        self._about = tuple(about)
        self._machines: Mapping[str, Callable[[], Answer]] = {
            "healthz": self._health,
            "metrics": self._metrics,
            "openapi.json": lambda: json_answer(HTTPStatus.OK, document(report), *GUARDED),
        }

    async def __call__(self, scope: Mapping[str, Any], body: bytes) -> Answer:
        """The answer to one request."""
        query = {
            name: values[0] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()
        }
        asked = Asked(scope["method"], scope["path"], query, dict(scope["headers"]), body)
        found = find(asked.path)
        role = found[0].role if found else READ
        if role and role != ADMIN and not self._tokens.may(role, asked.headers.get(b"authorization", b"")):
            return problem(HTTPStatus.UNAUTHORIZED, "a read token is needed", _ASK)
        if found is None:
            return _missing()
        route, names = found
        if asked.method not in route.methods:
            allowed = (b"allow", ", ".join(route.methods).encode())
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, f"{route.path} takes no {asked.method}", allowed)
        if route.name == "erase":
            return await self._erase(asked)
        if route.name in self._machines:
            return self._machines[route.name]()
        return await asyncio.to_thread(self._show, route, asked, names)

    # ---- for people and programs that look

    def _show(self, route: Route, asked: Asked, names: Mapping[str, str]) -> Answer:
        try:
            with self._read() as reading:
                return self._answer(route, asked, names, reading)
        except BadRequestError as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        except GivenUpError as error:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, f"the question was given up: {error}")

    def _answer(self, route: Route, asked: Asked, names: Mapping[str, str], reading: Reading) -> Answer:
        if route.name in ("me", "me.json"):
            return self._sent_by(route, asked, reading)
        days = asked.days
        questions = self._questions(days, reading)
        if route.name == "page":
            tables = {slug: ask() for slug, ask in questions.tables().items()}
            return _html(_page.overview(tables, days), days)
        if "builtin" in names:
            return _as(route.form, questions.arguments(names["builtin"]), days)
        ask = questions.tables().get(names["table"])
        return _as(route.form, ask(), days) if ask else _missing()

    def _questions(self, days: int, reading: Reading) -> Questions:
        today = int(time() * 1000) // DAY_MS
        about = [("seconds waiting for the disk", round(self._writer.lag, 3)), *self._about]
        return Questions(reading.sums, Days(today - days + 1, today), self._known, about)

    def _sent_by(self, route: Route, asked: Asked, reading: Reading) -> Answer:
        digest = asked.query.get("hash", "")
        if not digest and route.form == HTML:
            return _html(_page.ask_for_hash(), _DEFAULT_DAYS)
        if not digest:
            raise BadRequestError("say whose: hash=…")
        found = reading.sent_by(digest)
        if route.form == JSON:
            sent = [{"time": moment(time), "event": orjson.Fragment(body)} for time, body in found]
            return json_answer(HTTPStatus.OK, {"count": len(sent), "events": sent}, *GUARDED)
        form = _page.erase_form(digest) if found else Html("")
        shown = [(moment(time), body) for time, body in found[:_SHOWN_EVENTS]]
        return _html(_page.events(digest, shown, len(found), form), _DEFAULT_DAYS)

    # ---- erase

    async def _erase(self, asked: Asked) -> Answer:
        if not asked.is_from_us():
            return problem(HTTPStatus.FORBIDDEN, "erasing is a POST from a page of ours, or from a program")
        if not self._tokens.may(ADMIN, asked.headers.get(b"authorization", b"")):
            return problem(HTTPStatus.UNAUTHORIZED, "an admin token is needed", _ASK)
        digest = parse_qs(asked.body.decode("latin-1")).get("hash", [""])[0]
        if not digest:
            return problem(HTTPStatus.BAD_REQUEST, "say whose: hash=…")
        try:
            erased = await self._remove(digest)
        except DiskError:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "the disk failed; nothing was erased")
        return json_answer(HTTPStatus.OK, {"erased": erased})

    async def _remove(self, digest: str) -> int:
        """Remove all that one sent; how many events."""
        return await self._writer.run(partial(erase, digest=digest))

    # ---- for machines

    def _health(self) -> Answer:
        return self._healthy(well=True)

    def _healthy(self, *, well: bool, **more: object) -> Answer:
        """What ``/healthz`` answers: 503 unless all is *well* and the disk keeps up; *more* is told, too."""
        lag = self._writer.lag
        ok = well and lag <= _LATE_SECONDS
        said = {"ok": ok, "seconds waiting for the disk": round(lag, 3), **more}
        return json_answer(HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE, said)

    def _metrics(self) -> Answer:
        writer = self._writer
        return as_metrics(
            ("events_stored_total", "counter", writer.stored),
            ("events_doubled_total", "counter", writer.doubles),
            ("events_refused_total", "counter", writer.refused),
            ("disk_failures_total", "counter", writer.failures),
            ("lag_seconds", "gauge", round(writer.lag, 6)),
        )


def _html(content: Html, days: int, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(status, _page.page(content, days), (*_HTML, *GUARDED))


def _missing() -> Answer:
    return problem(HTTPStatus.NOT_FOUND, "there is no such page: / leads to all that there are")


def _as(form: str, table: Table, days: int) -> Answer:
    if form == JSON:
        return as_json(table, days)
    return as_csv(table) if form == CSV else _html(_page.one_table(table, days), days)
