"""The ``tiltfile`` command: one file per verb, and this table of them.

Exit codes: 0 done, 1 failure, 2 wrong usage, 5 an error in the Tiltfile, 130 interrupted, 143 terminated.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # signal itself makes enums of all it has
import gc
import sys
from importlib import import_module

TYPE_CHECKING = False  # the pack, which brings `typing`, is not there yet
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from tiltfile_ext.cli._pack import Pack

#: exit codes
DONE, FAILED, WRONG_USAGE, TILTFILE_ERROR, INTERRUPTED, TERMINATED = 0, 1, 2, 5, 130, 143


#: name, arguments, purpose, example; a verb is run by the module of its name here: ``main(argv)``
VERBS = (
    ("load", "[PATH] [-- ARGS]", "load a Tiltfile and show what it used", "load services/web/Tiltfile"),
    ("up", "[PATH] [-- ARGS]", "load it, and again at each change", "up -- frontend"),
    ("check", "[PATHS] [-- ARGS]", "find faults in many Tiltfiles", "check --analytics on"),
    ("usage", "[PATHS]", "tell which built-ins many Tiltfiles use", "usage services --places"),
    ("stubs", "[-o PATH]", "write Python stubs for editors", "stubs -o ."),
    ("completion", "SHELL", "complete the command line in bash, zsh or fish", "completion zsh"),
    ("collect", "VERB", "run a collector for your team's events", "collect serve"),
    ("analytics", "", "show or choose whether usage is reported", "analytics opt in"),
)


def overview() -> str:
    """What ``tiltfile --help`` prints."""
    forms = [f"{name} {arguments}".rstrip() for name, arguments, _, _ in VERBS]
    left = max(map(len, forms))
    verbs = "".join(f"  {form:<{left}}  {verb[2]}\n" for form, verb in zip(forms, VERBS, strict=True))
    examples = "".join(f"  tiltfile {verb[3]}\n" for verb in VERBS)
    return (
        f"usage: tiltfile VERB [ARGUMENTS]\n\nverbs:\n{verbs}\nexamples:\n{examples}\n"
        "tiltfile help VERB says more about a verb, tiltfile --version which version this is\n"
    )


def main(argv: Sequence[str]) -> int:
    """Run the command line *argv* (without the program's name); returns the exit code."""
    name, rest = (argv[0], argv[1:]) if argv else ("", ())
    if any(verb[0] == name for verb in VERBS):
        code: int = import_module(f"{__name__}.{name}").main(rest)
        return code
    if name == "help" and rest:
        return main([*rest, "--help"])
    if name in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return DONE
    if name in ("-V", "--version"):
        from tiltfile_ext._version import __version__

        sys.stdout.write(f"tiltfile {__version__}\n")
        return DONE
    problem = f"tiltfile: there is no verb {name!r}\n\n" if name else ""
    sys.stderr.write(problem + overview())
    return WRONG_USAGE


def _terminate(*_: object) -> NoReturn:
    """On SIGTERM: end as ^C would, with the programs that a load runs."""
    sys.exit(TERMINATED)


def _open_streams() -> None:
    """Make both streams ready: one that the caller has closed goes nowhere."""
    import os

    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # open to the end
        # bytes of a file or program that are no UTF-8 go out as they came in
        getattr(sys, name).reconfigure(errors="surrogateescape")


def _output_lost(error: OSError) -> int:
    """Forget what could not be written, which the end of the process would try again.

    Raises:
        OSError: *error*, if it is about something else.
    """
    import errno
    import os

    if error.errno not in (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
        raise error
    # whoever read our output may have gone; then there is nobody left to tell
    if error.errno != errno.EPIPE:
        sys.stderr.write(f"tiltfile: cannot write: {error.strerror}\n")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


#: new objects after which garbage is looked for; a load makes fewer, of which next to none are garbage
_SELDOM = 100_000


def run() -> NoReturn:
    """The console entry: run the process's own command line, and exit."""
    gc.set_threshold(_SELDOM)
    _open_streams()
    _signal.signal(_signal.SIGTERM, _terminate)
    pack = _pack_of(sys.argv[1:])
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit as end:
        if end.code == TERMINATED:
            sys.stderr.write("tiltfile: terminated\n")
        raise
    except OSError as error:
        code = _output_lost(error)
    if pack is not None:
        _leave(code, pack)
    # Before it ends, the interpreter looks for garbage, three times, among all that is not frozen; the system
    # takes the memory anyway. Threads, handlers of ``atexit`` and buffers get their time as ever.
    gc.freeze()
    sys.exit(code)


def _pack_of(argv: Sequence[str]) -> Pack | None:
    """Take the modules of a load, of which it needs many and for a short time, from one file."""
    if argv[:1] != ["load"]:
        return None
    from tiltfile_ext.cli import _pack

    return _pack.install()


def _leave(code: int, pack: Pack) -> None:
    """End the process at once: nothing that a load made needs to be taken apart, and that takes 5 ms.

    Returns if there is something that does: another thread.
    """
    import atexit
    import os
    import threading
    from contextlib import suppress

    if threading.active_count() > 1:
        return
    with suppress(OSError):
        pack.complete()
    atexit._run_exitfuncs()  # noqa: SLF001  # there is no other way
    with suppress(OSError, ValueError):
        sys.stderr.flush()
        os._exit(code)
