"""A survey as one page of HTML: no script, nothing from elsewhere, every chart with its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analytics.view._html import SKIP, Html, element, join, page_head, table
from analytics.view._style import CSS as BASE
from analytics.view._style import source_of
from tiltfile_ext.usage._charts import Charts
from tiltfile_ext.usage._shown import Shown, plural
from tiltfile_ext.usage._survey import NameUse, Survey

#: bars in a chart; the table beside it has all
_BARS = 20
_CSS = (
    BASE
    + """
main { max-width: 72rem; } header, footer { max-width: 72rem; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
.figures li { flex: 1 1 8rem; background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
  padding: .8rem 1rem; }
.figures b { display: block; font-size: 1.7rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
.chart { width: 100%; height: auto; background: var(--paper); border: 1px solid var(--line);
  border-radius: 10px; padding: .75rem; }
.chart text { fill: var(--ink); font: 13px system-ui, sans-serif; }
.chart rect { fill: var(--link); }
.scroll { max-height: 32rem; overflow: auto; }
.scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.numbers td { text-align: right; font-variant-numeric: tabular-nums; }
.numbers thead th + th { text-align: right; white-space: nowrap; width: 1%; }
details { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; margin: .5rem 0; }
.names { columns: 16rem; padding-left: 1.2rem; }
@media (min-width: 60rem) { figure { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); } }
@media (max-width: 36rem) {
  table.numbers { display: table; width: 100%; } .numbers caption { display: table-caption; }
  .numbers thead { display: table-header-group; position: static; }
  .numbers tbody { display: table-row-group; } .numbers tr { display: table-row; }
  .numbers th, .numbers td { display: table-cell; padding: .3rem .5rem; }
}
"""
)
_POLICY = f"default-src 'none'; style-src {source_of(_CSS)}; base-uri 'none'; form-action 'none'"


def as_html(survey: Survey, shown: Shown) -> str:
    """The page."""
    title = "Built-ins of Tiltfiles"
    policy = element("meta", http_equiv="Content-Security-Policy", content=_POLICY)
    body = element("body", _header(), element("main", *_main(survey, shown, title), id="content"))
    return f"<!doctype html>\n{element('html', page_head(title, _CSS, policy), body, lang='en')}\n"


def _header() -> Html:
    return join(SKIP, element("header", element("p", "tiltfile usage")))


def _main(survey: Survey, shown: Shown, title: str) -> Iterator[Html]:
    yield element("h1", title)
    yield _figures(survey)
    if survey.failures or survey.partial:
        yield from _troubles(survey, shown)
    yield from _overview(survey)
    yield element("h2", "Each built-in")
    yield element("p", "Calls are counted as they are made: one in a loop is several.", class_="soft")
    yield from (_builtin(name, use, survey, shown) for name, use in survey.builtins.items())
    yield from _never(survey)


def _figures(survey: Survey) -> Html:
    figures = (
        (f"{survey.loaded:,}", "Tiltfiles"),
        (f"{survey.files:,}", "files executed"),
        (f"{survey.used} of {survey.declared}", "built-ins used"),
        (f"{survey.calls:,}", "calls"),
        (f"{len(survey.failures):,}", "failed to load"),
    )
    items = (element("li", element("b", number), label) for number, label in figures)
    return element("ul", *items, class_="figures")


def _troubles(survey: Survey, shown: Shown) -> Iterator[Html]:
    yield element("h2", "Not all was seen")
    rows = [
        (shown.path(each.path), each.reason, "what ran before" if each.counted else "nothing")
        for each in survey.failures
    ]
    rows += [
        (shown.path(path), f"not run: {', '.join(programs)}", "with empty text in their place")
        for path, programs in survey.partial.items()
    ]
    yield table(
        "Tiltfiles that failed, or were loaded without programs", ("Tiltfile", "Why", "Counted"), rows
    )


def _overview(survey: Survey) -> Iterator[Html]:
    charts = Charts()
    by_tiltfiles = [(name, use.tiltfiles) for name, use in survey.builtins.items()]
    by_calls = sorted(
        ((name, use.calls) for name, use in survey.builtins.items()), key=lambda row: (-row[1], row[0])
    )
    yield from _chart(charts, "Built-ins by Tiltfiles that use them", "Tiltfiles", by_tiltfiles)
    yield from _chart(charts, "Built-ins by calls", "Calls", by_calls)
    arguments = sorted(
        (
            (f"{name}({argument}=)", each.calls)
            for name, use in survey.builtins.items()
            for argument, each in use.arguments.items()
        ),
        key=lambda row: (-row[1], row[0]),
    )
    yield from _chart(charts, "Arguments by calls that give them", "Times", arguments)


def _chart(charts: Charts, title: str, unit: str, rows: Sequence[tuple[str, int]]) -> Iterator[Html]:
    """A chart, and the table of the same numbers."""
    yield element("h2", title)
    if not rows:
        yield element("p", "Nothing was called.")
        return
    top = rows[:_BARS]
    more = f", the first {_BARS} of {len(rows)}" if len(rows) > _BARS else ""
    numbers = table(
        f"{title}: all {len(rows)}",
        ("Name", unit),
        [(name, f"{value:,}") for name, value in rows],
        class_="numbers",
    )
    beside = element(
        "div", numbers, class_="scroll", tabindex="0", role="region", aria_label=f"{title}, as a table"
    )
    yield element("figure", charts.bars(f"{title}{more}", top), beside)


def _builtin(name: str, use: NameUse, survey: Survey, shown: Shown) -> Html:
    never = survey.never_given(name)
    parts = [
        table(
            f"Arguments of {name}",
            ("Argument", "Times", "Tiltfiles"),
            [
                *(
                    (each, f"{given.calls:,}", f"{given.tiltfiles:,}")
                    for each, given in use.arguments.items()
                ),
                *((each, "never", "0") for each in never),
            ],
            class_="numbers",
        )
        if use.arguments or never
        else element("p", "No argument is counted."),
        table(
            f"Where {name} is called",
            ("Place", "Calls", "Tiltfiles"),
            [
                (f"{shown.path(path)}:{line}:{column}", f"{site.calls:,}", f"{site.tiltfiles:,}")
                for (path, line, column), site in use.sites.items()
            ],
            class_="numbers",
        )
        if use.sites
        else element("p", "It is called from no file."),
    ]
    counted = f"{plural(use.calls, 'call')}, {plural(use.tiltfiles, 'Tiltfile')}"
    summary = element("summary", element("b", element("code", name)), counted)
    return element("details", summary, element("div", *parts))


def _never(survey: Survey) -> Iterator[Html]:
    never = survey.never_called()
    yield element("h2", "Never called")
    if not never:
        yield element("p", "Every built-in is called.")
        return
    yield element("ul", *(element("li", element("code", name)) for name in never), class_="names")
