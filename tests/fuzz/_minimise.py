"""Makes a program smaller while something stays true of it (Zeller's ddmin)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from _programs import Program

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")


def minimised(program: Program, still: Callable[[Program], bool]) -> Program:
    """A smaller program of which *still* is true: without needless arguments, files, lines and tokens."""
    for name in [name for name in program.files if name != "Tiltfile"]:
        program = _kept(program, _without(program, name), still)
    program = _kept(program, program._replace(args=()), still)
    for split in (str.splitlines, _tokens):
        for name in program.files:
            program = _smaller(program, name, split, still)
    return program


def _without(program: Program, name: str) -> Program:
    return program._replace(files={each: text for each, text in program.files.items() if each != name})


def _kept(program: Program, smaller: Program, still: Callable[[Program], bool]) -> Program:
    return smaller if smaller != program and still(smaller) else program


def _tokens(text: str, keepends: bool) -> list[str]:  # as str.splitlines has it
    return _TOKEN.findall(text)


def _smaller(
    program: Program, name: str, split: Callable[[str, bool], list[str]], still: Callable[[Program], bool]
) -> Program:
    def holds(parts: Sequence[str]) -> bool:
        return still(program._replace(files={**program.files, name: "".join(parts)}))

    parts = ddmin(split(program.files[name], True), holds)
    return program._replace(files={**program.files, name: "".join(parts)})


def ddmin(parts: list[str], holds: Callable[[Sequence[str]], bool]) -> list[str]:
    """The *parts* that are needed for *holds*, taken away in ever smaller runs."""
    size = max(1, len(parts) // 2)
    while parts:
        at, before = 0, len(parts)
        while at < len(parts):
            fewer = parts[:at] + parts[at + size :]
            if holds(fewer):
                parts = fewer
            else:
                at += size
        if size == 1 and len(parts) == before:
            break
        size = max(1, size // 2)
    return parts
