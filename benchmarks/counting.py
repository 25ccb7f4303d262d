"""What counting costs: a Tiltfile of many calls, with and without counting, in turn.

    python benchmarks/counting.py [--calls 20000] [--rounds 15]

Both runs go through the same binder and the same engine; only `Counts` differs. CPU time of this thread,
the smallest of all rounds, per call.
"""

import argparse
import time
import timeit

from tiltfile_ext.starkit import Plugin, builtin
from tiltfile_ext.starkit import _thread as thread_module
from tiltfile_ext.starkit._builtin import Builtin
from tiltfile_ext.starkit._counts import Counts
from tiltfile_ext.starkit._shape import Shape
from tiltfile_ext.testing import load_text

TILTFILE = """\
for i in range({calls}):
    nothing("a name", value="some text", third=True)
"""


class NothingPlugin(Plugin):
    """One built-in without a body: what is left is the call."""

    @builtin
    def nothing(self, name: str, value: str = "", third: bool = False) -> None:
        """Do nothing."""


class NoCounts(Counts):
    """Counts that do not count."""

    __slots__ = ()

    def bound(self, shape: object) -> None:
        """Nothing."""

    def unbound(self, name: str) -> None:
        """Nothing."""


def seconds_per_call(counts: type[Counts], calls: int) -> float:
    """CPU seconds of one load, divided by its calls."""
    thread_module.Counts = counts  # type: ignore[misc]
    before = time.thread_time()
    result = load_text(TILTFILE.format(calls=calls), plugins=[PLUGIN])
    spent = time.thread_time() - before
    if result.error is not None:
        raise SystemExit(str(result.error))
    return spent / calls


PLUGIN = NothingPlugin()


def measure(calls: int, rounds: int) -> tuple[float, float]:
    """Microseconds a call with and without counting, each the smallest of *rounds*, taken in turn."""
    try:
        pairs = [(seconds_per_call(Counts, calls), seconds_per_call(NoCounts, calls)) for _ in range(rounds)]
    finally:
        thread_module.Counts = Counts  # type: ignore[misc]
    counted, plain = (min(column) * 1e6 for column in zip(*pairs, strict=True))
    return counted, plain


def by_itself() -> float:
    """Microseconds of `Counts.bound` over a method that does nothing, the smallest of nine rounds."""
    shape = Shape(Builtin("nothing", PLUGIN.nothing), 1, ("value", "third"))

    def cost(counts: Counts) -> float:
        return min(timeit.repeat(lambda: counts.bound(shape), number=100_000, repeat=9)) * 10

    return cost(Counts()) - cost(NoCounts())


def main() -> None:
    """Print the two costs and their difference."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--calls", type=int, default=20000)
    options.add_argument("--rounds", type=int, default=15)
    given = options.parse_args()
    counted, plain = measure(given.calls, given.rounds)
    print(f"a call, counted:     {counted:6.2f} µs CPU")
    print(f"a call, not counted: {plain:6.2f} µs CPU")
    print(f"counting:            {counted - plain:6.2f} µs CPU")
    print(f"counting by itself:  {by_itself():6.2f} µs")


if __name__ == "__main__":
    main()
