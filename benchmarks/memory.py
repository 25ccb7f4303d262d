"""The memory of one load, and whether many loads in one process add to it.

    python benchmarks/memory.py [--loads 10000] [TILTFILE]

Prints the peak of the resident set of ``tiltfile load``, and what a process holds after a tenth of the loads
and after all of them: resident memory, and Python's objects. In between there is nothing to grow.
"""

import argparse
import gc
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import tiltfile_ext

EXAMPLE = Path(__file__).parent.parent / "examples/author/Tiltfile"


def peak_of_one_load(tiltfile: str) -> float:
    """Megabytes resident at most, of a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "HOME": home, "TILT_DISABLE_ANALYTICS": "1"}
        command = [sys.executable, "-m", "tiltfile_ext", "load", "--json", tiltfile]
        subprocess.run(command, env=environ, capture_output=True, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _UNIT / 1e6


#: getrusage counts kilobytes on Linux, bytes on macOS
_UNIT = 1 if sys.platform == "darwin" else 1024


def held() -> tuple[float, int]:
    """Megabytes resident at most until now, and how many objects there are."""
    gc.collect()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / 1e6, len(gc.get_objects())


def load(tiltfile: str, times: int) -> None:
    """Load *tiltfile* so often."""
    for _ in range(times):
        error = tiltfile_ext.load(tiltfile).error
        if error is not None:
            raise SystemExit(str(error))


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--loads", type=int, default=10_000)
    options.add_argument("tiltfile", nargs="?", default=str(EXAMPLE))
    given = options.parse_args()
    print(f"one load, a process of its own: {peak_of_one_load(given.tiltfile):.1f} MB resident at most")
    early = given.loads // 10
    for times in (early, given.loads - early):
        load(given.tiltfile, times)
        megabytes, objects = held()
        print(
            f"after {early if times == early else given.loads:6} loads: {megabytes:.1f} MB, {objects} objects"
        )


if __name__ == "__main__":
    main()
