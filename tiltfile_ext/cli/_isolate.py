"""Runs a load in a child process, which may take only so much memory and time.

What the interpreter cannot refuse ends its process: data nested 100 000 levels deep, more memory than there
is, one operation that takes for ever. Here it ends the child, and this process says so: one message, exit
code 5, and nothing on standard output, which is passed on only once the child has ended by itself.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import IO

from tiltfile_ext.cli import TERMINATED, TILTFILE_ERROR
from tiltfile_ext.fleet._memory import resident_mib

#: seconds that the child has to start, and to stop by itself once its time is up
GRACE = 3.0
_POLL_SECONDS = 0.02
#: The child keeps the user's terminal as its standard error, but what the interpreter writes there when it
#: dies goes nowhere.
_CHILD = """
import os, sys
sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
from tiltfile_ext.cli import run
run()
"""
_TOO_DEEP = "data or calls are nested too deeply for the interpreter"
_NO_MEMORY = "it asked for more memory than there is"
#: signal -> why it ended the child
_DEATHS = {
    signal.SIGSEGV: _TOO_DEEP,
    signal.SIGBUS: _TOO_DEEP,
    signal.SIGABRT: _NO_MEMORY,
    signal.SIGKILL: "something killed it; perhaps the machine has no memory left",
}


def run(words: Sequence[str], *, memory: int, timeout: float | None) -> int:
    """Run ``tiltfile`` with the command line *words* in a child; returns the exit code.

    Args:
        words: the command line, without the program's name.
        memory: the most that the child may take, in megabytes.
        timeout: seconds; the child has a little more to stop by itself. None: no end.
    """
    with tempfile.TemporaryFile() as output:
        with _start(words, output) as child:
            try:
                killed = _watch(child, memory, timeout)
            except BaseException:
                _stop(child)
                raise
        why = killed or _death(child.returncode)
        if why:
            sys.stderr.write(f"tiltfile: the load was stopped: {why}\n")
            return TILTFILE_ERROR
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout.buffer)
        return child.returncode if child.returncode >= 0 else TERMINATED


def _start(words: Sequence[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-P", "-c", _CHILD, *words], stdout=output)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End *child*, with the programs that it runs."""
    child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()


def _watch(child: subprocess.Popen[bytes], memory: int, timeout: float | None) -> str:
    """Wait for *child*; why it had to be killed, "" if it ended by itself."""
    end = None if timeout is None else time.monotonic() + timeout + GRACE
    while child.poll() is None:
        why = ""
        if resident_mib(child.pid) > memory:
            why = f"it took more than {memory} MB of memory; allow more with --memory"
        elif end is not None and time.monotonic() > end:
            why = f"it took more than {timeout:g} s in one operation; allow more with --timeout"
        if why:
            child.kill()
            return why
        time.sleep(_POLL_SECONDS)
    return ""


def _death(code: int) -> str:
    """Why a child ended with *code*, "" if that is nothing unusual."""
    return _DEATHS.get(signal.Signals(-code), "") if code < 0 else ""
