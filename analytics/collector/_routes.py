"""What can be asked for: one table, by which requests find their way and which `_openapi` describes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

import attrs

from analytics.collector._roles import ADMIN, READ, WRITE

JSON, CSV, HTML, TEXT, FORM, NDJSON = (
    "application/json", "text/csv", "text/html", "text/plain", "application/x-www-form-urlencoded",
    "application/x-ndjson",
)  # fmt: skip


@attrs.frozen(slots=False)
class Route:
    """One address, or all of a kind.

    Attributes:
        name: what `Site` calls it.
        path: with the names of what stands in it: ``/t/{table}.json``.
        summary: what one gets.
        form: the media type of that.
        role: whose key is needed; None for nobody's.
        schema: of the answer, if it is JSON: a name of `_openapi`'s.
        query: the parameters behind the question mark.
        method: GET, for which HEAD will do, too; or POST.
        takes: the media types of the body, if there is one.
        refusals: statuses besides 200 that it may be answered with, because of what it is.
    """

    name: str
    path: str
    summary: str
    form: str
    role: str | None = READ
    schema: str = ""
    query: Sequence[str] = ()
    method: str = "GET"
    takes: Sequence[str] = ()
    refusals: Sequence[int] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a path matches."""
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(self.path)), re.DOTALL)

    @property
    def methods(self) -> Sequence[str]:
        """The methods that it takes."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)


_DAYS, _HASH = ("days",), ("hash",)
_TABLE = "A table of the page"
_ARGUMENTS = "A built-in's arguments by week"
_SENT = "What one user or machine sent"
ROUTES = (
    Route("page", "/", "The page", HTML, query=_DAYS),
    Route("table.json", "/t/{table}.json", _TABLE, JSON, schema="Table", query=_DAYS),
    Route("table.csv", "/t/{table}.csv", _TABLE, CSV, query=_DAYS),
    Route("table", "/t/{table}", f"{_TABLE}, as a page of its own", HTML, query=_DAYS),
    Route("builtin.json", "/builtin/{builtin}.json", _ARGUMENTS, JSON, schema="Table", query=_DAYS),
    Route("builtin.csv", "/builtin/{builtin}.csv", _ARGUMENTS, CSV, query=_DAYS),
    Route("builtin", "/builtin/{builtin}", f"{_ARGUMENTS}, as a page", HTML, query=_DAYS),
    Route("me.json", "/me.json", _SENT, JSON, schema="Sent", query=_HASH),
    Route("me", "/me", f"{_SENT}, as a page, or the question whose", HTML, query=_HASH),
    Route(
        "erase", "/erase", "Erase what one user or machine sent", JSON, ADMIN, "Erased",
        method="POST", takes=(FORM,), refusals=(403,),
    ),
    Route("healthz", "/healthz", "Whether it can take events", JSON, None, "Health"),
    Route("metrics", "/metrics", "Numbers for Prometheus", TEXT),
    Route("openapi.json", "/openapi.json", "This description", JSON, None, "Any"),
)  # fmt: skip

#: answered by `_app`, at the path that `serve` is told
REPORT = Route(
    "report", "/report", "Keep events: one, an array of them, or one a line", JSON, WRITE, "Receipt",
    method="POST", takes=(JSON, NDJSON), refusals=(408, 413, 429),
)  # fmt: skip


def find(path: str) -> tuple[Route, Mapping[str, str]] | None:
    """The route that *path* takes, and what stands in it; None if there is none."""
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match:
            return route, match.groupdict()
    return None
