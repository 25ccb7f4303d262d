"""``tiltfile analytics``: the analytics core's own command, under this program's name."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tiltfile_ext._version import __version__


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile analytics`` with *argv*; returns the exit code."""
    from analytics.cli import main as core

    return core(
        list(argv),
        prog="tiltfile analytics",
        environ=os.environ,
        stdout=sys.stdout,
        stderr=sys.stderr,
        version=__version__,
    )
