"""HTML from values: whatever is not made here is text, and is escaped."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from analytics._words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

_VOID = frozenset(("input", "meta"))


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: str) -> Html:
    """Return *value* as text: nothing in it acts, neither on the page nor on the direction of writing."""
    lines = (printable(line) for line in value.split("\n"))
    return Html(html.escape("\n".join(lines)))


def join(*parts: str) -> Html:
    """Return *parts* one after the other."""
    return Html("".join(part if isinstance(part, Html) else text(part) for part in parts))


def element(name: str, /, *children: str, **attributes: str | bool) -> Html:
    """Return an element. In names of attributes, ``_`` at the end goes, and others become hyphens.

    An attribute that is True has no value; one that is False or "" is left out.
    """
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    if name in _VOID:
        return Html(opening)
    return Html(f"{opening}{join(*children)}</{name}>")


def page_head(title: str, css: str, *more: str) -> Html:
    """Return the head of a page: its *title*, its style sheet, and what else belongs there."""
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        *more,
        element("title", title),
        element("style", Html(css)),
    )


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], *, class_: str = "") -> Html:
    """Return a table whose first cells are the headings of their rows.

    The roles say again what the elements do: on narrow screens rows are laid out as blocks, which makes
    browsers forget that they are rows.
    """
    heading = element("tr", *(_th(cell, "col") for cell in head), role="row")
    body = (element("tr", _th(row[0], "row"), *map(_td, row[1:]), role="row") for row in rows)
    return element(
        "table",
        element("caption", caption),
        element("thead", heading, role="rowgroup"),
        element("tbody", *body, role="rowgroup"),
        role="table",
        class_=class_,
    )


def _th(cell: str, scope: str) -> Html:
    return element("th", cell, scope=scope, role="columnheader" if scope == "col" else "rowheader")


def _td(cell: str) -> Html:
    return element("td", cell, role="cell")


def _attribute(key: str, value: str | bool) -> str:
    if value is False or value == "":
        return ""
    name = key.removesuffix("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'


#: the first link of a page, for those who go from link to link
SKIP = element("a", "Skip to the content", href="#content", class_="skip")
