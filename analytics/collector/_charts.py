"""Charts as SVG inside the page. Each repeats what a table beside it says, and stretches to its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analytics.view._html import Html, element

#: a name, and a value for each step; None where there is none
Series = tuple[str, Sequence[float | None]]

_WIDTH, _HEIGHT = 100, 40  # of the picture's own units, which stretch
_TOP, _BOTTOM = 7, 38  # where the highest value is, below its number, and where 0 is

#: how many series have a colour of their own
COLOURS = 6

CSS = """
:root { --c0: #0b5a8a; --c1: #b4540a; --c2: #1d6b3a; --c3: #7a3b8f; --c4: #7d6200; --c5: #6b6862; }
@media (prefers-color-scheme: dark) {
  :root { --c0: #8ac4ee; --c1: #f0a860; --c2: #8fd6a6; --c3: #d3a4e6; --c4: #e0c860; --c5: #9a968e; }
}
figure { margin: .5rem 0 1rem; }
.plot { position: relative; }
.plot svg { display: block; width: 100%; height: 11rem; background: var(--paper);
  border: 1px solid var(--line); }
.plot span { position: absolute; left: .4rem; top: .3rem; }
.plot span, .axis { font-size: .85rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.axis { display: flex; justify-content: space-between; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; font-size: .92rem; margin-bottom: .3rem; }
.legend svg { width: 1.4rem; height: .7rem; margin-right: .35rem; }
path { fill: none; stroke-width: 2.5; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
path.dots { stroke-width: 6; stroke-linecap: round; }
path.grid { stroke: var(--line); stroke-width: 1; }
.lines path.d1 { stroke-dasharray: 7 4; }
""" + "".join(
    f".s{n} {{ stroke: var(--c{n}); }} rect.s{n} {{ fill: var(--c{n}); stroke: var(--paper); "
    "stroke-width: 1; vector-effect: non-scaling-stroke; }\n"
    for n in range(COLOURS)
)


def lines(title: str, steps: Sequence[str], series: Sequence[Series]) -> Html:
    """A line for each of *series*, from 0 to the highest value; every second one is dashed."""
    most = max((value for _, values in series for value in values if value is not None), default=0) or 1
    drawn = [
        path
        for index, (_, values) in enumerate(series)
        for points in [_points(values, most)]
        for path in (
            element("path", d=_line(points), class_=f"s{index} d{index % 2}"),
            element("path", d=_dots(points), class_=f"s{index} dots"),
        )
    ]
    return _figure(title, steps, [name for name, _ in series], [_grid(), *drawn], f"{most:,.4g}")


def stack(title: str, steps: Sequence[str], series: Sequence[Series]) -> Html:
    """A column for each step, made of the shares of *series* in percent; what is left stays empty."""
    width = _WIDTH / max(len(steps), 1)
    drawn = []
    for step in range(len(steps)):
        top = 0.0
        for index, (_, values) in enumerate(series):
            height = min(values[step] or 0.0, 100 - top) * _HEIGHT / 100
            y = _HEIGHT - top * _HEIGHT / 100 - height
            top += height * 100 / _HEIGHT
            place = {"x": f"{step * width + width * 0.08:.2f}", "width": f"{width * 0.84:.2f}"}
            if height:
                drawn.append(
                    element("rect", **place, y=f"{y:.2f}", height=f"{height:.2f}", class_=f"s{index}")
                )
    return _figure(title, steps, [name for name, _ in series], drawn, "100 %", "stack")


def spark(values: Sequence[float]) -> Html:
    """Small columns in a cell of a table, up to the largest of *values*."""
    most = max(values, default=0) or 1
    columns = "".join(f"M{at} 10v-{10 * value / most:.1f}h.8V10z" for at, value in enumerate(values) if value)
    box = f"0 0 {len(values)} 10"
    return element(
        "svg",
        element("path", d=columns or "M0 10"),
        viewBox=box,
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def bar(share: float) -> Html:
    """A bar in a cell of a table, from 0 to 1."""
    return element("svg", element("rect", width=f"{100 * share:.1f}%", height="100%"), aria_hidden="true")


def _figure(
    title: str,
    steps: Sequence[str],
    names: Sequence[str],
    drawn: Iterable[Html],
    most: str,
    kind: str = "lines",
) -> Html:
    picture = element(
        "svg",
        *drawn,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        preserveAspectRatio="none",
        role="img",
        aria_label=f"{title}: a chart of the table below",
    )
    ends = [steps[0], *steps[-1:]] if len(steps) > 1 else list(steps)
    return element(
        "figure",
        element("figcaption", *(_key(index, name) for index, name in enumerate(names)), class_="legend"),
        element("div", element("span", most), picture, class_="plot"),
        element("div", *(element("span", step) for step in ends), class_="axis"),
        class_=kind,
    )


def _key(index: int, name: str) -> Html:
    sample = element("path", d="M0 5H20", class_=f"s{index} d{index % 2}")
    return element("span", element("svg", sample, viewBox="0 0 20 10", aria_hidden="true"), name)


def _grid() -> Html:
    heights = (_TOP, (_TOP + _BOTTOM) / 2, _BOTTOM)
    return element("path", d="".join(f"M0 {height:g}H{_WIDTH}" for height in heights), class_="grid")


def _points(values: Sequence[float | None], most: float) -> list[tuple[float, float] | None]:
    """Where the values are; there is room for a dot at the edges."""
    step = (_WIDTH - 4) / max(len(values) - 1, 1)
    return [
        None if value is None else (2 + at * step, _BOTTOM - (_BOTTOM - _TOP) * value / most)
        for at, value in enumerate(values)
    ]


def _line(points: Sequence[tuple[float, float] | None]) -> str:
    path, is_down = "", False
    for point in points:
        if point is not None:
            path += f"{'L' if is_down else 'M'}{point[0]:.1f} {point[1]:.1f}"
        is_down = point is not None
    return path


def _dots(points: Sequence[tuple[float, float] | None]) -> str:
    return "".join(f"M{point[0]:.1f} {point[1]:.1f}h0" for point in points if point is not None)
