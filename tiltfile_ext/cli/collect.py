"""``tiltfile collect``: run a collector for your team's events."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from tiltfile_ext.cli import FAILED

_EXTRA = ("uvicorn", "httptools", "orjson")


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile collect`` with *argv*; returns the exit code."""
    try:
        from analytics.collector import cli
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        sys.stderr.write(
            f"tiltfile: a collector needs {error.name}: python -m pip install 'tiltfile-ext[collector]'\n"
        )
        return FAILED
    return cli.main(argv, prog="tiltfile collect", known=_builtins())


def _builtins() -> Iterator[str]:
    """Names of all built-ins and, behind ``.arg.``, of their parameters, as they are counted."""
    from tiltfile_ext.plugins import own
    from tiltfile_ext.starkit import Environment

    for builtin in Environment(own()).builtins.values():
        yield builtin.name
        yield from (f"{builtin.name}.arg.{parameter.name}" for parameter in builtin.parameters)
