"""How the cost of a load grows with calls, files and YAML; and what a small load costs in a warm process.

    python benchmarks/curves.py [--out docs/curves] [--most 1.0]

Each point is the CPU time of one load in a process of its own that has loaded something small before. Writes
``curves.json`` and a plot of each curve, SVG. The exponent is the slope of the last four points on
logarithmic axes: 1 is linear.
"""

import argparse
import json
import math
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from against_tilt import _deployment, _service, calls, files

#: argument: a Tiltfile; prints the seconds of CPU that its load takes
_MEASURE = """
import sys, time, tiltfile_ext
tiltfile_ext.load(sys.argv[1])
began = time.process_time()
result = tiltfile_ext.load(sys.argv[2])
print(time.process_time() - began)
sys.exit(str(result.error) if result.error else 0)
"""
#: loads a second of CPU of a Tiltfile of 20 calls, over so many loads
_WARM = """
import sys, time, tiltfile_ext
for _ in range(100):
    tiltfile_ext.load(sys.argv[1])
began = time.process_time()
for _ in range(2000):
    assert tiltfile_ext.load(sys.argv[1]).error is None
print(2000 / (time.process_time() - began))
"""
Case = Callable[[Path], str]


def yaml_of(size: int) -> Case:
    """Kubernetes objects of about *size* bytes, in one file."""

    def write(directory: Path) -> str:
        one = len(_deployment("name-00000", "acme/image:1") + _service("name-00000"))
        count = max(1, size // one)
        names = [f"name-{number:05}" for number in range(count)]
        (directory / "all.yaml").write_text(
            "".join(_deployment(name, "acme/image:1") + _service(name) for name in names)
        )
        return 'k8s_yaml("all.yaml")\n'

    return write


#: what grows -> its unit on the axis, sizes, and the case of a size
CURVES: dict[str, tuple[str, tuple[int, ...], Callable[[int], Case]]] = {
    "calls": ("calls of local_resource", (10, 100, 1000, 3000, 10_000, 30_000, 100_000), calls),
    "files": ("loaded files", (1, 3, 10, 30, 100, 300, 1000), files),
    "yaml": ("bytes of YAML", (1000, 10_000, 100_000, 1_000_000, 3_000_000, 10_000_000, 50_000_000), yaml_of),
}


def _child(program: str, *paths: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, paths)], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def seconds(case: Case, runs: int) -> float:
    """The least CPU time of the load of *case*."""
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made)
        (directory / "Tiltfile").write_text(case(directory))
        (directory / "small").write_text('k8s_yaml(blob(""))\nlocal_resource("a", "true")\n')
        return min(_child(_MEASURE, directory / "small", directory / "Tiltfile") for _ in range(runs))


def warm_loads() -> float:
    """Loads of a Tiltfile of 20 calls, for each second of CPU."""
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "Tiltfile"
        path.write_text(calls(20)(Path(made)))
        return _child(_WARM, path)


def exponent(points: list[tuple[int, float]]) -> float:
    """The slope of a line through *points* on logarithmic axes (least squares)."""
    logs = [(math.log(size), math.log(cost)) for size, cost in points]
    middle = sum(x for x, _ in logs) / len(logs), sum(y for _, y in logs) / len(logs)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in logs) / sum(
        (x - middle[0]) ** 2 for x, _ in logs
    )


WIDTH, HEIGHT, LEFT, TOP = 560, 320, 70, 30


def plot(title: str, unit: str, points: list[tuple[int, float]], slope: float) -> str:
    """The curve as SVG, on logarithmic axes; the dotted line is linear growth through the last point."""
    columns = [math.floor(math.log10(points[0][0])), math.ceil(math.log10(points[-1][0]))]
    rows = [
        math.floor(math.log10(min(y for _, y in points))),
        math.ceil(math.log10(max(y for _, y in points))),
    ]

    def place(x: float, y: float) -> str:
        across = (math.log10(x) - columns[0]) / (columns[1] - columns[0]) * (WIDTH - LEFT - 20)
        up = (math.log10(y) - rows[0]) / (rows[1] - rows[0]) * (HEIGHT - TOP - 50)
        return f"{LEFT + across:.1f},{HEIGHT - 50 - up:.1f}"

    lines = [
        f'<text x="{LEFT}" y="18" class="title">{title}: CPU seconds of a load; exponent {slope:.2f}</text>'
    ]
    for power in range(columns[0], columns[1] + 1):
        x, y = place(10**power, 10 ** rows[0]).split(",")
        lines.append(f'<text x="{x}" y="{float(y) + 18}" text-anchor="middle">{10**power:,}</text>')
        lines.append(f'<path d="M{x},{y} V{TOP}" class="grid"/>')
    for power in range(rows[0], rows[1] + 1):
        x, y = place(10 ** columns[0], 10**power).split(",")
        lines.append(f'<text x="{float(x) - 8}" y="{float(y) + 4}" text-anchor="end">{10.0**power:g}</text>')
        lines.append(f'<path d="M{x},{y} H{WIDTH - 20}" class="grid"/>')
    last_size, last_cost = points[-1]
    start = max(10.0 ** columns[0], last_size * 10.0 ** rows[0] / last_cost)
    dotted = f"{place(start, last_cost * start / last_size)} {place(last_size, last_cost)}"
    curve = " ".join(place(*point) for point in points)
    dots = "".join('<circle cx="{}" cy="{}" r="3.5"/>'.format(*place(*point).split(",")) for point in points)
    lines.append(
        f'<polyline points="{dotted}" class="linear"/><polyline points="{curve}" class="curve"/>{dots}'
    )
    lines.append(f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{unit}</text>')
    lines.insert(0, '<rect width="100%" height="100%" fill="#fff"/>')
    style = (
        "text{font:12px sans-serif;fill:#555}.title{font-weight:bold}.grid{stroke:#ccc}circle{fill:#1769aa}"
        "polyline{fill:none;stroke:#1769aa;stroke-width:2}"
        ".linear{stroke:#999;stroke-dasharray:3 4;stroke-width:1}"
    )
    shown = "\n".join(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{title}">\n<style>{style}</style>\n{shown}\n</svg>\n'
    )


def main() -> None:
    """Measure, print, and write."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--out", type=Path, help="the directory to write the data and the plots into")
    options.add_argument(
        "--most", type=float, default=1.0, help="leave out sizes above this part of the largest"
    )
    options.add_argument("--runs", type=int, default=2, help="of each point; the least counts")
    given = options.parse_args()
    data: dict[str, object] = {
        "machine": f"{platform.machine()}, {platform.system()}, CPython {platform.python_version()}",
        "warm loads of 20 calls per second of CPU": round(warm_loads()),
    }
    for title, (unit, sizes, case) in CURVES.items():
        kept = [size for size in sizes if size <= max(sizes[1], sizes[-1] * given.most)]
        points = [(size, seconds(case(size), given.runs)) for size in kept]
        slope = exponent(points[-4:])
        data[title] = {"unit": unit, "points": points, "exponent": round(slope, 3)}
        print(
            f"{title}: exponent {slope:.2f}", *(f"{size}: {cost:.4f} s" for size, cost in points), sep="\n  "
        )
        if given.out:
            given.out.mkdir(exist_ok=True)
            (given.out / f"{title}.svg").write_text(plot(title, unit, points, slope))
    if given.out:
        (given.out / "curves.json").write_text(json.dumps(data, indent=1) + "\n")
    print(json.dumps({key: value for key, value in data.items() if not isinstance(value, dict)}, indent=1))


if __name__ == "__main__":
    main()
