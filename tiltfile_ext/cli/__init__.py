"""The ``tiltfile`` command: one file per verb, and this table of them.

Exit codes: 0 done, 1 failure, 2 wrong usage, 5 an error in the Tiltfile, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

#: exit codes
DONE, FAILED, WRONG_USAGE, TILTFILE_ERROR, INTERRUPTED = 0, 1, 2, 5, 130


#: name, arguments, purpose, example; a verb is run by the module of its name here: ``main(argv)``
VERBS = (
    ("load", "[PATH] [-- ARGS]", "load a Tiltfile and show what it used", "load services/web/Tiltfile"),
    ("check", "[PATHS] [-- ARGS]", "find faults in many Tiltfiles", "check --analytics on"),
    ("analytics", "", "show or choose whether usage is reported", "analytics opt in"),
)


def usage() -> str:
    """What ``tiltfile --help`` prints."""
    lines = [
        f"  {f'{name} {arguments}':<24} {purpose:<42} tiltfile {example}\n"
        for name, arguments, purpose, example in VERBS
    ]
    return (
        f"usage: tiltfile VERB [ARGUMENTS]\n\n{''.join(lines)}\n"
        "  tiltfile VERB --help     more about a verb\n"
        "  tiltfile --version       the version\n"
    )


def main(argv: Sequence[str]) -> int:
    """Run the command line *argv* (without the program's name); returns the exit code."""
    name, rest = (argv[0], argv[1:]) if argv else ("", ())
    if any(verb[0] == name for verb in VERBS):
        code: int = import_module(f"{__name__}.{name}").main(rest)
        return code
    if name in ("-h", "--help", "help"):
        sys.stdout.write(usage())
        return DONE
    if name in ("-V", "--version"):
        from tiltfile_ext._version import __version__

        sys.stdout.write(f"tiltfile {__version__}\n")
        return DONE
    problem = f"tiltfile: there is no verb {name!r}\n\n" if name else ""
    sys.stderr.write(problem + usage())
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
