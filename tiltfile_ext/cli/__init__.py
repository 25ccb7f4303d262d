"""The ``tiltfile`` command: one file per verb, and this table of them.

Exit codes: 0 done, 1 failure, 2 wrong usage, 5 an error in the Tiltfile, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

USAGE = """\
usage: tiltfile VERB [ARGUMENTS]

  load [PATH] [-- ARGS]    load a Tiltfile and show what it used      tiltfile load services/web/Tiltfile
  analytics                show or choose whether usage is reported   tiltfile analytics opt in

  tiltfile VERB --help     more about a verb
  tiltfile --version       the version
"""

#: exit codes
DONE, FAILED, WRONG_USAGE, TILTFILE_ERROR, INTERRUPTED = 0, 1, 2, 5, 130


def main(argv: Sequence[str]) -> int:
    """Run the command line *argv* (without the program's name); returns the exit code."""
    verb, rest = (argv[0], argv[1:]) if argv else ("", ())
    if verb == "load":
        from tiltfile_ext.cli import load

        return load.main(rest)
    if verb == "analytics":
        from tiltfile_ext.cli import analytics

        return analytics.main(rest)
    if verb in ("-h", "--help", "help"):
        sys.stdout.write(USAGE)
        return DONE
    if verb in ("-V", "--version"):
        from tiltfile_ext._version import __version__

        sys.stdout.write(f"tiltfile {__version__}\n")
        return DONE
    problem = f"tiltfile: there is no verb {verb!r}\n\n" if verb else ""
    sys.stderr.write(problem + USAGE)
    return WRONG_USAGE


def run() -> NoReturn:
    """The console entry: run the process's own command line, and exit."""
    import os

    for stream in (sys.stdout, sys.stderr):
        # bytes of a file or program that are no UTF-8 go out as they came in
        stream.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        # whoever read our output has gone; there is nobody left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    sys.exit(code)
