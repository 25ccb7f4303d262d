"""The page, as HTML: tables, and charts of them. There is no script, and nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

import attrs

from analytics.collector import _charts
from analytics.collector._tables import Cell, Table
from analytics.view._html import SKIP, Html, element, join, page_head
from analytics.view._style import CSS, source_of

_STYLE = (
    CSS
    + _charts.CSS
    + """
header, main, footer { max-width: 68rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 .3rem; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.bar { width: 16%; } td.weeks { width: 8rem; }
td.bar svg { display: block; width: 100%; height: .8rem; margin-top: .35rem; }
td.bar rect, td.weeks path { fill: var(--link); stroke: none; }
td.weeks svg { display: block; width: 100%; height: 1.5rem; }
.scroll { overflow-x: auto; }
.scroll table { margin-bottom: .3rem; }
.scroll th, .scroll td { overflow-wrap: normal; padding: .3rem .7rem; }
.scroll tbody th { min-width: 15rem; max-width: 24rem; overflow-wrap: anywhere; }
.scroll td.n, .scroll th.n { white-space: nowrap; }
.names { columns: 19rem; padding: 0; margin: .5rem 0; list-style: none; }
.numbers { display: flex; flex-wrap: wrap; gap: 1rem 3rem; }
.numbers div { display: flex; flex-direction: column; }
.numbers dd { font-size: 1.7rem; font-weight: 650; line-height: 1.3; }
.numbers dd + dd { font-size: .92rem; font-weight: 400; color: var(--soft); }
summary { padding: .3rem 0; } details > div { padding: 0; border: 0; }
@media (max-width: 36rem) {
  .scroll table { display: table; width: 100%; }
  .scroll thead { display: table-header-group; position: static; }
  .scroll tbody { display: table-row-group; } .scroll tr { display: table-row; }
  .scroll th, .scroll td { display: table-cell; padding: .3rem .5rem; border-top: 1px solid var(--line); }
  .scroll td.bar { display: none; }
  .scroll tbody th { min-width: 9rem; }
}
"""
)
POLICY = (
    f"default-src 'none'; style-src {source_of(_STYLE)}; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

_SPANS = (7, 30, 90, 365)


@attrs.frozen
class _Part:
    """Tables of the page that belong together.

    Attributes:
        title: what they are about.
        slugs: which tables; those drawn as charts have their numbers behind a summary.
    """

    title: str
    slugs: Sequence[str]


_PARTS = (
    _Part("Who", ("weeks", "people-and-ci")),
    _Part("Built-ins", ("builtins", "unused")),
    _Part(
        "Loads",
        (
            "load-times-by-week", "load-times", "load-times-by-system", "load-times-by-command",
            "load-times-by-repository",
        ),
    ),
    _Part("Versions", ("versions-by-week", "versions")),
    _Part("Where", ("systems", "repositories", "extensions", "commands", "clusters", "events")),
    _Part("The data", ("opts", "quality", "refused")),
)  # fmt: skip

#: rows of a table on the page; CSV and JSON have all
_ROWS = {"builtins": 25, "unused": 60, "weeks": 60, "load-times-by-week": 60}
_OTHER_ROWS = 10

#: the column that a bar shows
_BARS = {
    **dict.fromkeys(("builtins", "versions", "systems", "repositories"), 1),
    **dict.fromkeys(("extensions", "commands", "clusters", "events"), 1),
    **dict.fromkeys(_PARTS[2].slugs[1:], 2),
}


def overview(tables: Mapping[str, Table], days: int) -> Html:
    """Everything about the last *days* days."""
    said: set[str] = set()
    return join(
        element("h1", f"The last {days} days"),
        _figures(tables["figures"]),
        *(
            join(
                element("h2", part.title, id=_anchor(part)),
                *(_section(tables[slug], tables, days, said) for slug in part.slugs),
            )
            for part in _PARTS
        ),
    )


def _figures(table: Table) -> Html:
    return element(
        "dl",
        *(
            element(
                "div",
                element("dt", str(name)),
                element("dd", _shown(now)),
                element("dd", f"before: {_shown(before)}"),
            )
            for name, now, before in table.rows
        ),
        class_="numbers",
    )


def one_table(table: Table, days: int) -> Html:
    """One table, whole."""
    return join(
        element("h1", table.title),
        element("p", table.note, class_="soft") if table.note else "",
        _chart(table),
        _rows(table, table.rows, {}, days),
        _downloads(table, days),
    )


def ask_for_hash() -> Html:
    """The way to `events`."""
    box = element("input", id="hash", name="hash", required=True, autocomplete="off")
    return join(
        element("h1", "What was sent by me?"),
        element(
            "p",
            "Give the hash of your user or machine: ",
            element("code", "tiltfile analytics"),
            " prints both.",
        ),
        element("form", element("label", "Hash", for_="hash"), box, element("button", "Show"), action="/me"),
    )


def events(digest: str, bodies: Sequence[tuple[str, bytes]], count: int, form: Html) -> Html:
    """What one machine or user sent, as it was sent: the latest of *count*."""
    items = (
        element(
            "li", element("details", element("summary", element("time", when)), element("div", _code(body)))
        )
        for when, body in bodies
    )
    return join(
        element("h1", "What was sent by one"),
        element(
            "p",
            f"{count} events of ",
            element("code", digest),
            f", the latest {len(bodies)} here, the latest first." if bodies else ".",
        ),
        form,
        element("ol", *items, class_="posts") if bodies else "",
    )


def erase_form(digest: str) -> Html:
    """The button that removes what `events` shows."""
    return element(
        "form",
        element("input", type="hidden", name="hash", value=digest),
        element("button", "Erase all of it"),
        method="post",
        action="/erase",
    )


def page(content: Html, days: int) -> bytes:
    """The whole document."""
    links = (_span_link(span, current=span == days) for span in _SPANS)
    parts = (
        element("li", element("a", part.title, href=f"/?days={days}#{_anchor(part)}")) for part in _PARTS
    )
    document = element(
        "html",
        page_head("Tiltfiles in use", _STYLE),
        element(
            "body",
            SKIP,
            element(
                "header",
                element("p", "Tiltfiles in use"),
                element("nav", element("ul", *links), aria_label="Span"),
                element("nav", element("ul", *parts), aria_label="Parts"),
            ),
            element("main", content, id="content"),
            element("footer", element("p", _whose())),
        ),
        lang="en",
    )
    return b"<!doctype html>\n" + document.encode()


def _anchor(part: _Part) -> str:
    return part.title.lower().replace(" ", "-")


def _span_link(days: int, *, current: bool) -> Html:
    state = "page" if current else ""
    return element("li", element("a", f"{days} days", href=f"/?days={days}", aria_current=state))


def _whose() -> Html:
    return join(
        "Machines are counted by digests that cannot be turned back. ",
        element("a", "What was sent by me?", href="/me"),
        " The same tables for programs: ",
        element("a", "openapi.json", href="/openapi.json"),
        ".",
    )


def _section(table: Table, tables: Mapping[str, Table], days: int, said: set[str]) -> Html:
    """A table under its title; *said* are the notes that stand further up already."""
    title = element("h3", table.title)
    if not table.rows:
        return join(title, element("p", "None.", class_="soft"))
    note = "" if table.note in said else table.note
    said.add(note)
    shown = table.rows[: _ROWS.get(table.slug, _OTHER_ROWS)]
    more = f"{len(table.rows) - len(shown)} more: " if len(table.rows) > len(shown) else ""
    rows, chart = _rows(table, shown, tables, days), _chart(table)
    return join(
        title,
        element("p", note, class_="soft") if note else "",
        chart,
        element("details", element("summary", "The numbers"), rows) if chart else rows,
        _downloads(table, days, more),
    )


def _downloads(table: Table, days: int, more: str = "") -> Html:
    address = f"/builtin/{quote(table.name, safe='')}" if table.name else f"/t/{table.slug}"

    def link(form: str, words: str) -> Html:
        return element("a", words, href=f"{address}{form}?days={days}", aria_label=f"{table.title}: {words}")

    whole = join(more, link("", "the whole table"), ", ") if more else ""
    return element("p", whole, link(".csv", "CSV"), " or ", link(".json", "JSON"), class_="soft")


# ---- charts


def _chart(table: Table) -> Html:
    """The chart of a table that has one."""
    steps = [str(row[0]) for row in table.rows]
    if table.slug == "weeks":
        return _charts.lines(table.title, steps, [_column(table, 1), _column(table, 2)])
    if table.slug == "load-times-by-week":
        return _charts.lines(table.title, steps, [_column(table, 2), _column(table, 3)])
    weeks = list(table.columns[1:])
    if table.slug == "versions-by-week":
        return _charts.stack(table.title, weeks, [_series(row) for row in table.rows[: _charts.COLOURS]])
    if table.slug == "arguments":
        return _charts.lines(table.title, weeks, [_series(row) for row in table.rows[: _charts.COLOURS]])
    return Html("")


def _column(table: Table, at: int) -> _charts.Series:
    return table.columns[at], [_number(row[at]) for row in table.rows]


def _series(row: Sequence[Cell]) -> _charts.Series:
    return str(row[0]), [_number(cell) for cell in row[1:]]


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) else None


# ---- tables


def _rows(table: Table, rows: Sequence[Sequence[Cell]], tables: Mapping[str, Table], days: int) -> Html:
    """*rows* of a table; names without more are a list."""
    if len(table.columns) == 1:
        return element("ul", *(element("li", element("code", str(row[0]))) for row in rows), class_="names")
    bars = _bars(table, rows)
    weeks = {row[0]: row[1:] for row in tables[_weekly(table)].rows} if _weekly(table) in tables else {}
    heads = [
        element("th", name, scope="col", class_="n" if at else "") for at, name in enumerate(table.columns)
    ]
    heads += [element("td", "")] * bool(bars) + [element("th", "by week", scope="col")] * bool(weeks)
    body = (
        element("tr", _name(table, row, days), *_cells(table, row), *bars[at : at + 1], *_weeks(weeks, row))
        for at, row in enumerate(rows)
    )
    return element(
        "div",
        element("table", element("thead", element("tr", *heads)), element("tbody", *body)),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=table.title,
    )


def _weekly(table: Table) -> str:
    return "builtins-by-week" if table.slug == "builtins" else ""


def _weeks(weeks: Mapping[Cell, Sequence[Cell]], row: Sequence[Cell]) -> Iterable[Html]:
    if weeks:
        values = [_number(cell) or 0.0 for cell in weeks.get(row[0], ())]
        yield element("td", _charts.spark(values), class_="weeks")


def _bars(table: Table, rows: Sequence[Sequence[Cell]]) -> list[Html]:
    """A cell with a bar for each of *rows*, if the table has bars."""
    at = _BARS.get(table.slug, 0)
    if not at:
        return []
    values = [_number(row[at]) or 0.0 for row in rows]
    most = max(values, default=0) or 1
    return [element("td", _charts.bar(value / most), class_="bar") for value in values]


def _name(table: Table, row: Sequence[Cell], days: int) -> Html:
    name = str(row[0])
    address = f"/builtin/{quote(name, safe='')}?days={days}"
    shown = element("a", name, href=address) if table.slug == "builtins" else name
    return element("th", shown, scope="row")


def _cells(table: Table, row: Sequence[Cell]) -> Iterable[Html]:
    for column, cell in zip(table.columns[1:], row[1:], strict=True):
        yield element("td", _signed(cell) if column == "change" else _shown(cell), class_="n")


def _signed(cell: Cell) -> str:
    return f"{cell:+.1f}".replace("-", "\N{MINUS SIGN}") if isinstance(cell, float) else "-"


def _shown(value: Cell) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, (int, float)) else value


def _code(body: bytes) -> Html:
    return element("pre", element("code", body.decode("utf-8", "replace")))
