"""Bar charts as plain SVG, which a screen reader reads as one picture with a description."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from analytics.view._html import Html, element, join

_WIDTH, _LABELS, _NUMBERS = 640, 230, 60
_ROW, _BAR, _TEXT = 24, 14, 16
_MOST_OF_LABEL = 32


class Charts:
    """Makes charts whose ids differ, for one page."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def bars(self, title: str, rows: Sequence[tuple[str, int]]) -> Html:
        """A bar for each of *rows*, (label, number), in their order.

        The description says what can be seen: how many bars, the longest and the shortest.
        """
        number = next(self._numbers)
        most = max((value for _, value in rows), default=0) or 1
        bars = [_bar(place, label, value, most) for place, (label, value) in enumerate(rows)]
        return element(
            "svg",
            element("title", title, id=f"chart-{number}-title"),
            element("desc", _described(rows), id=f"chart-{number}-desc"),
            *bars,
            viewBox=f"0 0 {_WIDTH} {len(rows) * _ROW or _ROW}",
            role="img",
            aria_labelledby=f"chart-{number}-title chart-{number}-desc",
            class_="chart",
        )


def _described(rows: Sequence[tuple[str, int]]) -> str:
    if not rows:
        return "There is nothing to show."
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        return f"One bar: {first[0]}, {first[1]:,}."
    return f"{len(rows)} bars, from {first[0]}, {first[1]:,}, down to {last[0]}, {last[1]:,}."


def _bar(place: int, label: str, value: int, most: int) -> Html:
    top = place * _ROW
    length = max(1, round((_WIDTH - _LABELS - _NUMBERS) * value / most)) if value else 0
    shown = label if len(label) <= _MOST_OF_LABEL else label[: _MOST_OF_LABEL - 1] + "…"
    return join(
        element("text", shown, x=str(_LABELS - 10), y=str(top + _TEXT), text_anchor="end"),
        element(
            "rect",
            x=str(_LABELS),
            y=str(top + (_ROW - _BAR) // 2),
            width=str(length),
            height=str(_BAR),
            rx="2",
        ),
        element("text", f"{value:,}", x=str(_LABELS + length + 8), y=str(top + _TEXT)),
    )
