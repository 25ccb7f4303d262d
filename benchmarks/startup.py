"""What ``tiltfile load`` imports, and what a cold start costs.

    python benchmarks/startup.py [--runs 20] [TILTFILE]

Prints the modules that take longest by ``-X importtime``, whether any of those is there that must not be
on the way of a load, and the CPU time of whole processes.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

#: sending is another process's business, so a load imports nothing of HTTP
FORBIDDEN = ("requests", "urllib3", "ssl", "http.client", "logging", "asyncio", "sqlite3")
EXAMPLE = Path(__file__).parent.parent / "examples/author/Tiltfile"


def _environ(home: str) -> dict[str, str]:
    # byte code is written, as an installed package has it; else compiling is what would be measured
    off = ("TILT_DISABLE_ANALYTICS", "DO_NOT_TRACK", "CI", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in off}
    return {**kept, "HOME": home, "TILT_DEV_DIR": home, "TILT_ANALYTICS_URL": "http://127.0.0.1:9/"}


def import_times(tiltfile: str) -> dict[str, int]:
    """Module to microseconds of its own, as Python reports them, for one load with analytics on."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-X", "importtime", "-m", "tiltfile_ext", "load", tiltfile]
        done = subprocess.run(command, env=_environ(home), capture_output=True, text=True, check=True)
    times = {}
    for line in done.stderr.splitlines():
        if line.startswith("import time:") and line.count("|") == 2 and "self" not in line:
            own, _, name = line.removeprefix("import time:").split("|")
            times[name.strip()] = int(own)
    return times


def forbidden_imports(times: dict[str, int]) -> list[str]:
    """The modules among *times* that a load must not import."""
    return sorted(
        name for name in times if name in FORBIDDEN or name.startswith(tuple(f"{f}." for f in FORBIDDEN))
    )


def cpu_times(tiltfile: str, runs: int) -> list[float]:
    """Milliseconds of CPU of *runs* processes, children that they leave behind not included."""
    spent = []
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "tiltfile_ext", "load", tiltfile]
        for _ in range(runs):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, env=_environ(home), capture_output=True, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
    return spent


def main() -> int:
    """Print the figures; 1 if a forbidden module was imported."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--runs", type=int, default=20)
    options.add_argument("tiltfile", nargs="?", default=str(EXAMPLE))
    given = options.parse_args()
    cpu_times(given.tiltfile, 1)
    times = import_times(given.tiltfile)
    for name, own in sorted(times.items(), key=lambda item: -item[1])[:10]:
        print(f"{own / 1000:6.1f} ms  {name}")
    print(f"{sum(times.values()) / 1000:6.1f} ms  all {len(times)} modules")
    found = forbidden_imports(times)
    print(f"imports of HTTP and the like: {', '.join(found) or 'none'}")
    spent = cpu_times(given.tiltfile, given.runs)
    print(f"whole process: {min(spent):.0f} ms CPU at least, {statistics.median(spent):.0f} ms in the median")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
