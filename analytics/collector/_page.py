"""The page, as HTML: tables, and bars in them. There is no script, and nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from analytics.collector._questions import Cell, Table
from analytics.view._html import SKIP, Html, element, join, page_head
from analytics.view._style import CSS, source_of

_STYLE = (
    CSS
    + """
header, main, footer { max-width: 68rem; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.bar { width: 30%; } td.bar svg { display: block; width: 100%; height: .8rem; }
td.bar rect { fill: var(--link); }
.scroll { overflow-x: auto; }
.scroll th, .scroll td { overflow-wrap: normal; }
.scroll td.n, .scroll th.n { white-space: nowrap; }
.numbers { display: flex; flex-wrap: wrap; gap: 1rem 3rem; }
.numbers div { display: flex; flex-direction: column-reverse; }
.numbers dd { font-size: 1.7rem; font-weight: 650; }
@media (max-width: 36rem) {
  .scroll table { display: table; width: 100%; }
  .scroll thead { display: table-header-group; position: static; }
  .scroll tbody { display: table-row-group; } .scroll tr { display: table-row; }
  .scroll th, .scroll td { display: table-cell; padding: .4rem .6rem; border-top: 1px solid var(--line); }
  .scroll td.bar { display: none; }
}
"""
)
POLICY = (
    f"default-src 'none'; style-src {source_of(_STYLE)}; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

#: rows of a table on the page; CSV and JSON have all
_ROWS = 25
_SPANS = (7, 30, 90, 365)


def overview(numbers: Mapping[str, Cell], tables: Iterable[Table], days: int) -> Html:
    """Everything about the last *days* days."""
    figures = (
        element("div", element("dt", name), element("dd", _shown(value))) for name, value in numbers.items()
    )
    return join(
        element("h1", f"The last {days} days"),
        element("dl", *figures, class_="numbers"),
        *(_section(table, days) for table in tables),
    )


def one_table(table: Table, days: int) -> Html:
    """One table, whole."""
    return join(element("h1", table.title), _table(table, table.rows, days), _downloads(table, days))


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


def refusal(message: str) -> Html:
    """Why there is nothing to be seen."""
    return join(element("h1", "This cannot be shown"), element("p", message))


def page(content: Html, days: int) -> bytes:
    """The whole document."""
    links = (_span_link(span, current=span == days) for span in _SPANS)
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
            ),
            element("main", content, id="content"),
            element("footer", element("p", _whose())),
        ),
        lang="en",
    )
    return b"<!doctype html>\n" + document.encode()


def _span_link(days: int, *, current: bool) -> Html:
    state = "page" if current else ""
    return element("li", element("a", f"{days} days", href=f"/?days={days}", aria_current=state))


def _whose() -> Html:
    return join(
        "Machines are counted by digests that cannot be turned back. ",
        element("a", "What was sent by me?", href="/me"),
    )


def _section(table: Table, days: int) -> Html:
    if not table.rows:
        return join(element("h2", table.title), element("p", "None.", class_="soft"))
    more = f"{len(table.rows) - _ROWS} more: " if len(table.rows) > _ROWS else ""
    return join(
        element("h2", table.title), _table(table, table.rows[:_ROWS], days), _downloads(table, days, more)
    )


def _downloads(table: Table, days: int, more: str = "") -> Html:
    address = f"/builtin/{quote(table.name, safe='')}" if table.name else f"/t/{table.slug}"

    def link(form: str, words: str) -> Html:
        return element("a", words, href=f"{address}{form}?days={days}", aria_label=f"{table.title}: {words}")

    whole = join(more, link("", "the whole table"), ", ") if more else ""
    return element("p", whole, link(".csv", "CSV"), " or ", link(".json", "JSON"), class_="soft")


def _table(table: Table, rows: Sequence[Sequence[Cell]], days: int) -> Html:
    with_bars = len(table.columns) > 1 and table.slug != "arguments"
    most = max((float(row[1] or 0) for row in rows), default=0) if with_bars else 0
    heads = [
        element("th", name, scope="col", class_="n" if at else "") for at, name in enumerate(table.columns)
    ]
    if with_bars:
        heads.append(element("td", ""))
    body = (_row(table, row, most, days) for row in rows)
    return element(
        "div",
        element("table", element("thead", element("tr", *heads)), element("tbody", *body)),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=table.title,
    )


def _row(table: Table, row: Sequence[Cell], most: float, days: int) -> Html:
    name = str(row[0])
    shown = (
        element("a", name, href=f"/builtin/{quote(name, safe='')}?days={days}")
        if table.slug == "builtins"
        else name
    )
    cells = [element("td", _shown(cell), class_="n") for cell in row[1:]]
    if most:
        cells.append(element("td", _bar(float(row[1] or 0) / most), class_="bar"))
    return element("tr", element("th", shown, scope="row"), *cells)


def _bar(share: float) -> Html:
    bar = element("rect", width=f"{100 * share:.1f}%", height="100%", rx="2")
    return element("svg", bar, aria_hidden="true")


def _shown(value: Cell) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, (int, float)) else value


def _code(body: bytes) -> Html:
    return element("pre", element("code", body.decode("utf-8", "replace")))
