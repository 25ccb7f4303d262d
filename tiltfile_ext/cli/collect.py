"""``tiltfile collect``: run a collector for your team's events."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tiltfile_ext.cli import FAILED

if TYPE_CHECKING:
    import argparse

_PROG = "tiltfile collect"
_EXTRA = ("uvicorn", "httptools", "orjson")


def parser() -> argparse.ArgumentParser:
    """The command line of ``tiltfile collect``."""
    from analytics.collector.cli import make_parser

    return make_parser(_PROG)


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile collect`` with *argv*; returns the exit code."""
    from analytics.collector.cli import main as core

    try:
        return core(argv, prog=_PROG, known=_builtins())
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        sys.stderr.write(
            f"tiltfile: a collector needs {error.name}: python -m pip install 'tiltfile-ext[collector]'\n"
        )
        return FAILED


def _builtins() -> Iterator[str]:
    """Names of all built-ins and, behind ``.arg.``, of their parameters, as they are counted."""
    from tiltfile_ext.plugins import own
    from tiltfile_ext.starkit import Environment

    for builtin in Environment(own()).builtins.values():
        yield builtin.name
        yield from (f"{builtin.name}.arg.{parameter.name}" for parameter in builtin.parameters)
