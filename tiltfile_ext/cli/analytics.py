"""``tiltfile analytics``: the analytics core's own command, under this program's name."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics._app import TILT
from tiltfile_ext._version import __version__

if TYPE_CHECKING:
    import argparse

_PROG = "tiltfile analytics"


def parser() -> argparse.ArgumentParser:
    """The command line of ``tiltfile analytics``."""
    from analytics._app import locate
    from analytics.cli import make_parser

    return make_parser(_PROG, TILT, locate(os.environ))


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile analytics`` with *argv*; returns the exit code."""
    from analytics.cli import main as core

    return core(
        list(argv),
        prog=_PROG,
        environ=os.environ,
        stdout=sys.stdout,
        stderr=sys.stderr,
        version=__version__,
    )
