"""Whatever the arguments are, the command ends with a documented exit code and without a Python traceback."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tiltfile_ext import cli

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each command line runs in a fork")

#: how many command lines; more by an environment variable
COUNT = int(os.environ.get("FUZZ_COMMAND_LINES", "40"))
_SECONDS = 120
CODES = {cli.DONE, cli.FAILED, cli.WRONG_USAGE, cli.TILTFILE_ERROR, cli.INTERRUPTED}
#: they run until they are stopped, or open a browser: only ever asked in a way that is wrong
ENDLESS = ("up", "collect", "analytics")
VERBS = (
    "load",
    "load",
    "check",
    "usage",
    "stubs",
    "completion",
    "help",
    "up",
    "collect",
    "analytics",
    "nope",
    "",
    "--help",
)
WORDS = (
    "Tiltfile", "none", ".", "sub", "/dev/null", "", " ", "é", "\udcff", "😀", "*", "[", "**/Tiltfile", "x" * 5000, "a=b", "bash", "zsh", "fish",
    "serve", "opt", "in", "out", "log", "show", "doctor", "import", "0", "-1", "1e400", "nan", "inf", "99999999999999999999", "on", "off", "\n",
)  # fmt: skip
OPTIONS = (
    "-f", "--file", "--json", "--timeout", "--memory", "--isolate", "--show-events", "-o", "--output", "--select", "--ignore", "--jobs", "--format",
    "--fail", "--config", "--baseline", "--places", "--analytics", "--exclude", "-h", "--help", "--version", "--nope", "-", "--", "---", "-x", "--json=1",
    "--timeout=0.5", "--timeout=", "--memory=x", "--timeout=-1", "--memory=10", "-fTiltfile", "--jobs=0", "--format=nope", "--select=NOPE", "--diff",
)  # fmt: skip


def _line(verb: str, words: list[str]) -> list[str]:
    """A command line; of an endless verb one that is wrong: with an option that it does not know."""
    if verb not in ENDLESS:
        return [verb, *words]
    return [verb, *(word for word in words if word != "--"), "--nope"]


LINES = st.builds(
    _line, st.sampled_from(VERBS), st.lists(st.sampled_from(WORDS) | st.sampled_from(OPTIONS), max_size=5)
)


@contextmanager
def directory() -> Iterator[str]:
    """Where one command runs: with a Tiltfile, and one that fails."""
    made = Path(tempfile.mkdtemp())
    (made / "sub").mkdir()
    (made / "Tiltfile").write_text(
        "config.define_string_list('w', args=True)\nconfig.parse()\nlocal_resource('a', 'true')\n"
    )
    (made / "sub" / "Tiltfile").write_text("fail('no')\n")
    yield str(made)
    shutil.rmtree(made)


@settings(max_examples=COUNT, phases=[Phase.generate])  # a shorter line would take minutes to find
@given(argv=LINES)
def test_any_command_line_ends_well(argv):
    with directory() as made:
        code, said = outcome(made, argv)
    assert code in CODES, (code, said)
    assert "Traceback (most recent call last):\n  File" not in said
    assert "panicked" not in said


def outcome(directory: str, argv: list[str]) -> tuple[int, str]:
    """The exit code, and both streams. A command that does not end dies of SIGALRM: a negative code."""
    with tempfile.TemporaryFile() as stream:
        child = os.fork()
        if not child:
            _run(directory, argv, stream.fileno())
        _, status = os.waitpid(child, 0)
        stream.seek(0)
        return os.waitstatus_to_exitcode(status), stream.read().decode("utf-8", "replace")


def _run(directory: str, argv: list[str], descriptor: int) -> None:
    """Be the command: this never returns."""
    code = 99
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_SECONDS)
        os.chdir(directory)
        os.environ["TILT_DISABLE_ANALYTICS"] = "1"
        for number in (1, 2):
            os.dup2(descriptor, number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.argv = ["tiltfile", *argv]
        cli.run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:  # noqa: BLE001  # the test shows it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
