"""Gives random Tiltfiles to Tilt and to this host, and shows where they differ.

    python tests/fuzz/differential.py --tilt PATH [--seed 0] [--count 1000] [--out DIFFERENCES.jsonl] [--minimise]

Each program is compared in its outcome, what it prints, the whole error with its traceback, the JSON of its result,
and the counts of built-ins called (where Tilt waits until it has reported them). Every fourth program is mended until
it loads, so that results are compared too. The order of Tilt's maps is random: what it does in another order the next
time is compared without order. Exits with 1 if programs differ.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from _explained import explanation
from _mended import mended
from _minimise import minimised
from _outcomes import Outcome, Tilt, here
from _programs import Program, program

_TRIES = 12


class Difference:
    """A program that does something else in Tilt."""

    def __init__(self, seed: int, program: Program, tilt: Outcome, ours: Outcome) -> None:
        self.seed, self.program, self.tilt, self.ours = seed, program, tilt, ours
        self.fields = tilt.differs(ours)

    def alike(self, other: Difference | None) -> bool:
        """Whether *other* is a difference of the same kind."""
        return other is not None and (self.fields, self.tilt.code, self.ours.code) == (
            other.fields,
            other.tilt.code,
            other.ours.code,
        )

    def json(self) -> str:
        return json.dumps({
            "seed": self.seed, "fields": self.fields, "files": self.program.files, "args": self.program.args,
            "tilt": self.tilt._asdict(), "ours": self.ours._asdict(),
        })  # fmt: skip

    def __str__(self) -> str:
        lines = [f"== seed {self.seed}: {', '.join(self.fields)} {' '.join(self.program.args)}"]
        for name, text in self.program.files.items():
            lines += [f"--- {name}", *(f"    {line}" for line in text.split("\n"))]
        for name in self.fields:
            wanted, got = _around(str(getattr(self.tilt, name)), str(getattr(self.ours, name)))
            lines += [f"  {name} in Tilt: {wanted}", f"  {name} here:    {got}"]
        return "\n".join(lines)


def _around(wanted: str, got: str) -> tuple[str, str]:
    """Both texts from a little before they part."""
    same = next(
        (n for n, (one, other) in enumerate(zip(wanted, got, strict=False)) if one != other),
        min(len(wanted), len(got)),
    )
    start = max(0, same - 60)
    return wanted[start : same + 240], got[start : same + 240]


class Comparison:
    """Runs programs in both, in a directory of its own."""

    def __init__(self, tilt: str, directory: Path) -> None:
        self._tilt = Tilt(tilt, directory / "home")
        self._directory = directory / "program"

    def program(self, seed: int) -> Program:
        """The program number *seed*; every fourth one is mended."""
        made = program(seed)
        return mended(made, self._here, seed) if seed % 4 == 0 else made

    def _here(self, program: Program) -> Outcome:
        self._write(program)
        return here(self._directory, program.args, self._tilt.environ)

    def outcomes(self, program: Program) -> tuple[Outcome, Outcome]:
        ours = self._here(program)
        return self._tilt.run(self._directory, program.args), ours

    def difference(self, seed: int, program: Program) -> Difference | None:
        """How *program* differs; None if Tilt does the same, at least sometimes.

        What Tilt itself does in another order the next time is compared without order.
        """
        orders = set()
        for _ in range(_TRIES):
            tilt, ours = self.outcomes(program)
            orders.add((tilt.text, json.dumps(tilt.result)))
            if not tilt.differs(ours) or (len(orders) > 1 and not tilt.unordered().differs(ours.unordered())):
                return None
        return Difference(seed, program, tilt, ours)

    def minimised(self, found: Difference) -> Difference:
        """A smaller difference of the same kind."""
        small = minimised(found.program, lambda program: found.alike(self.difference(found.seed, program)))
        return self.difference(found.seed, small) or found

    def _write(self, program: Program) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)
        for name, text in program.files.items():
            path = self._directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8", "surrogateescape"))


def main() -> int:
    options = _options()
    explained: Counter[str] = Counter()
    differ = 0
    with tempfile.TemporaryDirectory() as made:
        comparison = Comparison(options.tilt, Path(made).resolve())
        for seed in range(options.seed, options.seed + options.count):
            found = comparison.difference(seed, comparison.program(seed))
            known = explanation(found.tilt, found.ours) if found else ""
            explained[known] += bool(known)
            if not found or known:
                continue
            differ += 1
            if options.out:
                with open(options.out, "a", encoding="utf-8") as out:
                    out.write(found.json() + "\n")
            print(comparison.minimised(found) if options.minimise else found, flush=True)
    for name, count in explained.most_common():
        if count:
            print(f"explained: {count} times {name}")
    print(
        f"{options.count} programs from seed {options.seed}: {differ} differ, {explained.total()} are explained"
    )
    return 1 if differ else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tilt", required=True, metavar="PATH", help="the program of Tilt 0.37.6")
    parser.add_argument("--seed", type=int, default=0, help="the first program's number")
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--out", metavar="FILE", help="add each difference to FILE, as a line of JSON")
    parser.add_argument(
        "--minimise", action="store_true", help="make programs that differ small (takes a minute each)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
