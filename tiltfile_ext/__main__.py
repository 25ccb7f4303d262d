"""``python -m tiltfile_ext``."""

import os
import sys


def _look_nowhere_but_here() -> None:
    """Drop the working directory, where ``-m`` looks first: the modules of a project are not ours to run."""
    ours = os.path.realpath(os.path.dirname(os.path.dirname(__file__)))
    if not sys.flags.safe_path and os.path.realpath(sys.path[0]) != ours:
        del sys.path[0]


if __name__ == "__main__":
    _look_nowhere_but_here()

    from tiltfile_ext.cli import run

    run()
