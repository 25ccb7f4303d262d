"""Tasks for workers under test: a path is a word that says what to do."""

import os
import signal
import subprocess
import sys
import time


def make(settings):
    """Do what the paths say."""
    done = []

    def task(path):
        word, _, argument = path.partition(":")
        value = _ACTIONS[word](argument) if word in _ACTIONS else path
        done.append(path)
        return value, os.getpid(), len(done), settings

    return task


def unusable(settings):
    """Cannot be made."""
    raise ValueError(f"no {settings} today")


def deadly(settings):
    """Dies."""
    os._exit(settings or 3)


def _grow(mib):
    kept = bytearray(int(mib) << 20)
    kept[::4096] = b"x" * len(kept[::4096])
    time.sleep(5)
    return len(kept)


def _shout(text):
    sys.stderr.write(f"first\n{text}\n")
    sys.stderr.flush()
    os._exit(9)


def _fail(text):
    raise ValueError(text)


def _program(marker):
    with subprocess.Popen(["sleep", "60"]) as child, open(marker, "w") as file:
        file.write(str(child.pid))
        file.flush()
        try:
            child.wait()
        finally:
            child.kill()
            child.wait()


def _await(marker):
    while not (os.path.exists(marker) and os.path.getsize(marker)):
        time.sleep(0.01)


_ACTIONS = {
    "await": _await,
    "segfault": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "exit": lambda code: os._exit(int(code)),
    "hang": lambda _: time.sleep(60),
    "grow": _grow,
    "shout": _shout,
    "fail": _fail,
    "program": _program,
}
