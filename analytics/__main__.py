"""``python -m analytics``."""

from __future__ import annotations

import os
import sys

from analytics.cli import main

if __name__ == "__main__":
    sys.exit(
        main(
            sys.argv[1:],
            prog="python -m analytics",
            environ=os.environ,
            stdout=sys.stdout,
            stderr=sys.stderr,
        )
    )
