"""``tiltfile load``: load a Tiltfile, show what it used, and report it as far as that is permitted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tiltfile_ext.cli import DONE, FAILED, INTERRUPTED, TILTFILE_ERROR, WRONG_USAGE

if TYPE_CHECKING:
    import argparse
    from typing import Protocol

    from analytics import Client
    from tiltfile_ext.result import LoadResult

    class Named(Protocol):
        """Options of `_arguments.add_tiltfile`."""

        path: str | None
        file: str | None


_DESCRIPTION = """
Load a Tiltfile as Tilt would, and show which built-ins and arguments it used.

What the Tiltfile prints goes to standard error. Usage is reported if the environment, the Tiltfile and you
permit it, in this order.
"""


#: megabytes that an isolated load may take
_MEMORY = 2048


class Options:
    """What the command line says."""

    def __init__(self) -> None:
        self.path: str | None = None
        self.file: str | None = None
        self.json = False
        self.show_events = False
        self.timeout: float | None = None
        self.isolate = False
        self.memory: int | None = None


def parser() -> argparse.ArgumentParser:
    """The command line of ``tiltfile load``, up to the words behind ``--``."""
    from tiltfile_ext.cli._arguments import add_tiltfile, add_timeout, count
    from tiltfile_ext.cli._help import ANALYTICS_ENVIRONMENT, LOAD_ENVIRONMENT, TILTFILES, verb_parser

    made = verb_parser(
        "load",
        usage=[
            "[-f PATH | PATH] [--json | --show-events] [--timeout SECONDS] [-- ARGS]",
            "--isolate [--memory MB] [--timeout SECONDS] [-f PATH | PATH] [--json] [-- ARGS]",
        ],
        description=_DESCRIPTION,
        examples={
            "": "the Tiltfile of this directory",
            "services/web/Tiltfile": "another one",
            "-- frontend --port=8080": "with arguments for config.parse()",
            "--json | jq .Manifests": "the result, as JSON in Tilt's shape",
            "--show-events": "exactly what would be sent",
            "--isolate --timeout 30 theirs/Tiltfile": "one that may do anything to the process that runs it",
        },
        files=TILTFILES,
        environment={**ANALYTICS_ENVIRONMENT, **LOAD_ENVIRONMENT},
        exit_codes={DONE: "loaded", FAILED: "", WRONG_USAGE: "", TILTFILE_ERROR: "", INTERRUPTED: ""},
    )
    add_tiltfile(made)
    made.add_argument("--json", action="store_true", help="print the result as JSON, in Tilt's shape")
    made.add_argument(
        "--show-events", action="store_true", help="print the events that would be sent, even when off"
    )
    add_timeout(made)
    made.add_argument(
        "--isolate", action="store_true", help="load in a process of its own: whatever ends it is one error"
    )
    made.add_argument(
        "--memory",
        type=count,
        metavar="MB",
        help=f"the most that an isolated load may take (default: {_MEMORY})",
    )
    return made


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile load`` with *argv*; returns the exit code."""
    own, args = split(argv)
    options = _plain(own) or parser().parse_args(own, Options())
    if options.path and options.file:
        parser().error("give the Tiltfile once: as PATH or with -f")
    try:
        if options.isolate or options.memory is not None:
            return _isolated(options, args)
        return _load(tiltfile_of(options), args, options)
    except KeyboardInterrupt:
        sys.stderr.write("tiltfile: interrupted\n")
        return INTERRUPTED


def _plain(words: Sequence[str]) -> Options | None:
    """The options of an everyday command line; None for any other, which is argparse's (10 ms)."""
    options, waiting = Options(), list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "--json":
            options.json = True
        elif word == "-f" and waiting and not waiting[0].startswith("-"):
            options.file = waiting.pop(0)
        elif not word.startswith("-") and options.path is None:
            options.path = word
        else:
            return None
    return options


def split(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our own words, and those behind ``--`` for the Tiltfile."""
    words = list(argv)
    if "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def tiltfile_of(options: Named) -> str:
    """The Tiltfile that a command line names."""
    return options.file or options.path or "Tiltfile"


def _isolated(options: Options, args: Sequence[str]) -> int:
    """Load with the same options in a child."""
    from tiltfile_ext.cli import _isolate

    words = ["load", "-f", tiltfile_of(options)]
    words += ["--json"] * options.json + ["--show-events"] * options.show_events
    if options.timeout is not None:
        words += ["--timeout", repr(options.timeout)]
    return _isolate.run([*words, "--", *args], memory=options.memory or _MEMORY, timeout=options.timeout)


def _load(path: str, args: Sequence[str], options: Options) -> int:
    from analytics import Client
    from tiltfile_ext._version import __version__
    from tiltfile_ext.host import load
    from tiltfile_ext.report import Reporter
    from tiltfile_ext.starkit import PluginError

    client = Client.open(version=__version__, subcommand="load")
    client.incr("cmd.load")
    try:
        result = load(path, args, timeout=options.timeout, log=log)
    except PluginError as error:
        sys.stderr.write(f"tiltfile: {error}\n")
        return FAILED
    decision = Reporter(client).report(result)
    say(decision.notice)
    if result.error is not None:
        say(error_text(result))
    _show(result, client, options)
    say(client.notice(is_terminal=sys.stderr.isatty(), command="tiltfile analytics"))
    client.flush()
    return DONE if result.error is None else TILTFILE_ERROR


def _show(result: LoadResult, client: Client, options: Options) -> None:
    from analytics import Opt

    if options.show_events:
        for body in client.preview(as_if_on=client.decision.opt is Opt.OUT):
            sys.stdout.write(body + "\n")
    elif options.json:
        if result.error is None:
            from tiltfile_ext.result_json import result_json

            sys.stdout.write(result_json(result))
    elif result.error is None:
        from tiltfile_ext.cli.summary import summary

        sys.stdout.write(summary(result, client))


def log(level: str, message: str) -> None:
    """Show what a Tiltfile prints, or a warning about it."""
    sys.stderr.write(f"WARNING: {message}\n" if level == "warning" else f"{message}\n")


def say(text: str) -> None:
    """Tell the user *text*, if there is any."""
    if text:
        sys.stderr.write(text.rstrip("\n") + "\n")


def error_text(result: LoadResult) -> str:
    """The error of *result* with the marked source, "" if there is none."""
    error = result.error
    if error is None:
        return ""
    return f"{error}\n{error.excerpt}" if error.excerpt else str(error)
