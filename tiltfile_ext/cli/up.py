"""``tiltfile up``: load a Tiltfile, watch what it read, and load it again when that changes."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from tiltfile_ext.cli import DONE, FAILED, INTERRUPTED, TILTFILE_ERROR, WRONG_USAGE
from tiltfile_ext.cli._arguments import add_tiltfile, add_timeout
from tiltfile_ext.cli.load import error_text, log, say, split, tiltfile_of

if TYPE_CHECKING:
    from analytics._help import HelpParser
    from tiltfile_ext.cli.up_reports import Reports
    from tiltfile_ext.result import LoadResult
    from tiltfile_ext.watching import FileChange, Reload, Watcher

_NOTHING_IS_DEPLOYED = "tiltfile up loads and watches; it builds and deploys nothing"

_DESCRIPTION = """
Load a Tiltfile as Tilt would, watch every file that it read, and load it again when one of them changes.

Each time, say what changed: which files, then which resources, settings and calls of built-ins. It does not
build, deploy or run any resource; `tilt up` does.

Watched are the Tiltfile and all that it loads, .tiltignore, and the files that built-ins read or were told to
watch, also those that do not exist yet. What .tiltignore and watch_settings(ignore=...) name is not. Several
changes within 0.2 seconds are one, and changes during a load lead to one more load. Where the system does not
tell of changes, as on network file systems, they are found within seconds.

What a load gave goes to standard output; what the Tiltfile prints, errors and everything else go to standard
error. Usage is reported as by `tiltfile load`, for each load by that load's own consent.

^C, SIGTERM or a closed terminal end it, also during a load.
"""


class Options(argparse.Namespace):
    """What the command line says."""

    path: str | None
    file: str | None
    watch: str
    json: bool
    timeout: float | None


def parser() -> HelpParser:
    """The command line of ``tiltfile up``, up to the words behind ``--``."""
    from tiltfile_ext.cli._help import ANALYTICS_ENVIRONMENT, LOAD_ENVIRONMENT, TILTFILES, verb_parser

    made = verb_parser(
        "up",
        usage=["[-f PATH | PATH] [--watch=false] [--json] [--timeout SECONDS] [-- ARGS]"],
        description=_DESCRIPTION,
        examples={
            "": "the Tiltfile of this directory",
            "-f services/web/Tiltfile": "another one",
            "-- frontend --port=8080": "with arguments for config.parse()",
            "--watch=false": "load once",
            "--json | jq .added": "a line of JSON for each load",
        },
        files=TILTFILES,
        environment={
            **ANALYTICS_ENVIRONMENT,
            **LOAD_ENVIRONMENT,
            "WATCHFILES_FORCE_POLLING": "set: look for changes all the time instead of being told of them",
        },
        exit_codes={
            DONE: "ended by ^C or a signal; with --watch=false: loaded",
            FAILED: "",
            WRONG_USAGE: "",
            TILTFILE_ERROR: "with --watch=false: an error in the Tiltfile",
            INTERRUPTED: "with --watch=false: interrupted (^C)",
        },
    )
    add_tiltfile(made)
    made.add_argument(
        "--watch",
        choices=("true", "false"),
        default="true",
        metavar="true|false",
        help="whether to go on after the first load (default: true)",
    )
    made.add_argument("--json", action="store_true", help="print a line of JSON for each load")
    add_timeout(made)
    return made


def main(argv: Sequence[str]) -> int:
    """Run ``tiltfile up`` with *argv*; returns the exit code."""
    own, args = split(argv)
    spelled = ["--watch=true" if word == "--watch" else word for word in own]
    options = parser().parse_args(spelled, Options())
    if options.path and options.file:
        parser().error("give the Tiltfile once: as PATH or with -f")
    watches = options.watch == "true"
    ended = _ended_by_signals()
    try:
        return _Up(tiltfile_of(options), args, options, ended, watches=watches).run()
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):
            after_echo = "\n" if sys.stderr.isatty() else ""
            say(f"{after_echo}tiltfile: {'no longer watching' if watches else 'interrupted'}")
        return DONE if watches else INTERRUPTED


def _ended_by_signals() -> threading.Event:
    """Let ^C, and what else would kill the process, raise `KeyboardInterrupt`; programs that run end with it.

    An exception in the midst of anything may get lost there, so the event that is returned says so, too.
    """
    ended = threading.Event()

    def end(*_: object) -> NoReturn:
        ended.set()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup has a signal ignored
            signal.signal(number, end)
    return ended


class _Up:
    """One run of the command."""

    def __init__(
        self, path: str, args: Sequence[str], options: Options, ended: threading.Event, *, watches: bool
    ) -> None:
        from tiltfile_ext.host import load
        from tiltfile_ext.watching import History, SystemBell, Watcher

        self._json = options.json
        self._watches = watches
        self._ended = ended
        self._directory = os.path.dirname(os.path.realpath(path))
        one = partial(load, path, args, timeout=options.timeout, log=log, subcommand="up")
        self._watcher: Watcher = Watcher(path, one, bell=SystemBell(ended), stop=ended)
        self._history = History()
        self._reports = self._open_reports()
        self._explained = ""
        self._watched: tuple[str, ...] = ()
        self._problem = ""

    def run(self) -> int:
        """Load, and go on as long as that is wanted; returns the exit code."""
        from tiltfile_ext.starkit import PluginError

        say(_NOTHING_IS_DEPLOYED)
        try:
            result = self._load(())
            while self._watches:
                self._load(self._wait())
        except PluginError as error:
            say(f"tiltfile: {error}")
            return FAILED
        return DONE if result.error is None else TILTFILE_ERROR

    def _open_reports(self) -> Reports:
        from analytics import Client
        from tiltfile_ext._version import __version__
        from tiltfile_ext.cli.up_reports import Reports, command_tags

        client = Client.open(version=__version__, subcommand="up")
        tags = command_tags(watch=self._watches, is_terminal=sys.stdout.isatty())
        return Reports(client, tags)

    def _load(self, files: tuple[FileChange, ...]) -> LoadResult:
        self._reports.begin()
        result = self._watcher.load()
        self._end_if_asked()
        told = self._reports.end(result)
        say(error_text(result))
        self._show(self._history.add(files, result), first=not self._explained)
        for line in told:
            say(line)
        return result

    def _show(self, reload: Reload, *, first: bool) -> None:
        from tiltfile_ext.cli.up_text import reload_json, reload_text

        if self._json:
            _print(reload_json(reload))
        else:
            _print(reload_text(reload, first=first))
        explanation, before = self._reports.explanation, self._explained
        if explanation != before:
            say(f"analytics: {explanation}")
            self._explained = explanation

    def _wait(self) -> tuple[FileChange, ...]:
        """Watch until something changes, and say what."""
        from tiltfile_ext.cli.up_text import files_text

        self._watcher.arm()
        self._say_what_is_watched()
        files = self._watcher.wait()
        self._end_if_asked()
        say(f"\n{time.strftime('%H:%M:%S')} {files_text(files, self._directory)}")
        return files

    def _end_if_asked(self) -> None:
        """See `_ended_by_signals`.

        Raises:
            KeyboardInterrupt: a signal came that asked for the end.
        """
        if self._ended.is_set():
            raise KeyboardInterrupt

    def _say_what_is_watched(self) -> None:
        from tiltfile_ext.cli.up_text import files_text

        watcher = self._watcher
        if watcher.problem != self._problem:
            say(f"the system does not tell of changes: {watcher.problem}; they are looked for instead")
        if watcher.restless:
            names = files_text(watcher.restless, self._directory)
            say(
                f"{names}, during each of the last loads; if the Tiltfile causes that, name it in .tiltignore"
            )
        if watcher.watched != self._watched:
            count = len(watcher.watched)
            say(f"watching {count} {'path' if count == 1 else 'paths'}; ^C ends")
        self._watched, self._problem = watcher.watched, watcher.problem


def _print(text: str) -> None:
    """Put *text* out at once.

    Raises:
        BrokenPipeError: nobody reads any more; a terminal that was closed says so in another way.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        if error.errno == errno.EIO:
            raise BrokenPipeError from None
        raise
