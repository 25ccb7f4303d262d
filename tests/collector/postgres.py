"""A PostgreSQL of the tests' own: in a directory that goes with it, at a Unix socket, as a user that is not root."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_ACCOUNTS = ("postgres", "nobody")  # PostgreSQL refuses to run as root


def _directory_of_programs():
    found = shutil.which("initdb")
    if found:
        return os.path.dirname(os.path.realpath(found))
    versions = glob.glob("/usr/lib/postgresql/*/bin")
    return max(versions, key=lambda path: float(path.split("/")[-2]), default=None)


PROGRAMS = _directory_of_programs()


def _account():
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _ACCOUNTS if name in names)


def _processes():
    """Processes and their parents, where there is a /proc; elsewhere children see that theirs has gone."""
    for path in glob.glob("/proc/[0-9]*/stat"):
        with suppress(OSError):
            fields = Path(path).read_text().rpartition(")")[2].split()
            yield int(path.split("/")[2]), int(fields[1])


class Cluster:
    """Runs a server; ``dsn`` is its address."""

    def __init__(self, *settings):
        self.directory = tempfile.mkdtemp(prefix="pg-")
        self.account = _account()
        if self.account:
            shutil.chown(self.directory, self.account)
        self.data = f"{self.directory}/data"
        self.settings = settings
        self._run(
            "initdb",
            "-D",
            self.data,
            "-U",
            "collector",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        )
        self.process = None
        self.start()
        self.dsn = self.dsn_of("postgres")

    def dsn_of(self, name):
        """The address of the database called *name*."""
        return f"postgresql:///{name}?host={self.directory}&user=collector"

    def _as(self):
        return (
            {"user": self.account, "group": pwd.getpwnam(self.account).pw_gid, "extra_groups": []}
            if self.account
            else {}
        )

    def _run(self, program, *arguments):
        command = [f"{PROGRAMS}/{program}", *arguments]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **self._as())
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, wait=True):
        """Run the server; if another is still ending, try again."""
        settings = ("listen_addresses=", f"unix_socket_directories={self.directory}", "max_connections=30",
                    "shared_buffers=64MB", *self.settings)  # fmt: skip
        command = [
            f"{PROGRAMS}/postgres",
            "-D",
            self.data,
            *(part for setting in settings for part in ("-c", setting)),
        ]
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with open(f"{self.directory}/log", "ab") as log:
                self.process = subprocess.Popen(command, cwd="/", stdout=log, stderr=log, **self._as())
            if not wait or self._is_ready(end):
                return
        raise AssertionError(Path(self.directory, "log").read_text())

    def _is_ready(self, end):
        command = [f"{PROGRAMS}/pg_isready", "-q", "-h", self.directory]
        while self.process.poll() is None and time.monotonic() < end:
            if subprocess.run(command, check=False).returncode == 0:
                return True
            time.sleep(0.05)
        return False

    def kill(self):
        """End it, and its children, without a chance to do anything."""
        children = [pid for pid, parent in _processes() if parent == self.process.pid]
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self):
        """End it, and remove its directory."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
        shutil.rmtree(self.directory, ignore_errors=True)
