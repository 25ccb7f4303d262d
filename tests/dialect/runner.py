"""Runs the dialect cases: small Tiltfiles with what Tilt said of each.

``python tests/dialect/runner.py [PREFIX ...]`` shows every difference, or those of the cases named.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tiltfile_ext

CASES = Path(__file__).with_name("dialect_cases.jsonl")


class Case:
    """One case: files, and what Tilt said (``$DIR`` stands for the folder of the Tiltfile)."""

    def __init__(self, line: str) -> None:
        data = json.loads(line)
        self.id = data["id"]
        self.files = {"Tiltfile": data["src"], **data.get("files", {})}
        self.args = data.get("args", [])
        self.tilt = Outcome(data["tilt"]["ok"], data["tilt"]["output"], data["tilt"].get("error", ""))


class Outcome:
    """Whether a Tiltfile loads, what it prints, and what is wrong with it."""

    def __init__(self, ok: bool, output: str, error: str) -> None:
        self.ok = ok
        self.output = output
        self.error = error

    def agrees(self, other: Outcome) -> bool:
        return (self.ok, self.output) == (other.ok, other.output)


def cases() -> list[Case]:
    return [Case(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


def run(case: Case, directory: Path) -> Outcome:
    """Load the case's Tiltfile, written into *directory*."""
    for name, text in case.files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    result = tiltfile_ext.load(directory / "Tiltfile", case.args)
    output = "\n".join(message for _, message in result.messages)
    error = "" if result.error is None else str(result.error)
    here = os.path.realpath(directory)
    return Outcome(result.error is None, output.replace(here, "$DIR"), error.replace(here, "$DIR"))


def differences(case: Case, ours: Outcome) -> Iterator[str]:
    """Lines that show how *ours* differs from Tilt's."""
    if ours.ok == case.tilt.ok and ours.output == case.tilt.output and ours.error == case.tilt.error:
        return
    yield f"== {case.id}"
    yield from ("    " + line for line in case.files["Tiltfile"].splitlines())
    for name in ("ok", "output", "error"):
        want, got = getattr(case.tilt, name), getattr(ours, name)
        if want != got:
            yield from (f"  {name} in Tilt: {want}", f"  {name} here:    {got}")


def main(prefixes: list[str]) -> None:
    count = agree = errors = same_error = 0
    for case in cases():
        if prefixes and not case.id.startswith(tuple(prefixes)):
            continue
        with tempfile.TemporaryDirectory() as directory:
            ours = run(case, Path(directory))
        for line in differences(case, ours):
            print(line)
        count += 1
        agree += ours.agrees(case.tilt)
        errors += not case.tilt.ok
        same_error += not case.tilt.ok and ours.error == case.tilt.error
    print(
        f"\n{count} cases; outcome and output agree in {agree}; {same_error} of {errors} errors are word for word"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
