"""Events as clients send them, the sums of a file, and a collector that runs."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

from analytics.collector._packed import numbers_of, unpack_durations, unpack_machines

DAY = 86_400_000
NOW = 20_000 * DAY


def event(**tags):
    """The body of an event as Go writes it; ``calls`` are counts of built-ins."""
    calls = tags.pop("calls", {})
    tags = {"name": "tilt.tiltfile.loaded", "machine": "m1", "user": "u1", "os": "linux", **tags}
    tags.update({f"tiltfile.invoked.{name}": str(count) for name, count in calls.items()})
    tags = {key.replace("__", "."): value for key, value in tags.items() if value is not None}
    return json.dumps(tags, sort_keys=True, separators=(",", ":")).encode()


def rollups(db):
    """All sums, by the names of what they are about."""
    facet = "coalesce((SELECT kind || ':' || value FROM facet WHERE id = facet), 'all')"
    digests = dict(db.execute("SELECT id, digest FROM machine"))
    block = f"days, first, {facet}"
    machines = [
        (*cell, sorted(digests[at] for at in numbers_of(unpack_machines(kept))))
        for *cell, kept in db.execute(f"SELECT {block}, machines FROM sum_machines")
    ]
    durations = db.execute(f"SELECT {block}, counts FROM sum_durations")
    return (
        sorted(db.execute(f"SELECT {block}, count FROM sum_count WHERE count <> 0")),
        sorted(row for row in machines if row[-1]),
        sorted((*cell, sorted(unpack_durations(counts).items())) for *cell, counts in durations),
    )


def serving(path, *arguments):
    """The command line of a collector."""
    return [sys.executable, "-m", "tiltfile_ext", "collect", "serve", "--file", path, *arguments]


class Running:
    """``tiltfile collect serve`` in a process of its own."""

    def __init__(self, path, *arguments):
        self.path = path
        self.begin(serving(path, "--port", "0", *arguments))

    def begin(self, command):
        """Run *command*, which says where it listens."""
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        words = self.process.stderr.readline()
        assert "http" in words, words + self.process.stderr.read()
        self.address = words.split()[-1].removesuffix("/healthz").rstrip("/")

    def call(self, path="/report", body=None, headers=None):
        """One request: status, headers, body."""
        request = urllib.request.Request(self.address + path, data=body, headers=headers or {})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def settle(self):
        """Wait until the sums have every event that is stored."""
        stored, _ = re.findall(rb"stored_total (\d+)|$", self.call("/metrics")[2])[:2]
        end = time.monotonic() + 60
        while time.monotonic() < end:
            rows = json.loads(self.call("/t/events.json?days=3650")[2])["rows"]
            if sum(row["events"] for row in rows) == int(stored):
                return
            time.sleep(0.05)
        raise AssertionError(f"the sums never came to {int(stored)}")

    def stop(self, number=signal.SIGTERM):
        """End it; returns its exit code."""
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        code = self.process.wait(30)
        self.process.stderr.close()
        return code


def relaying(spool, address, *arguments):
    """The command line of a relay."""
    command = [sys.executable, "-m", "tiltfile_ext", "collect", "relay", "--spool", spool, "--to", address]
    return [*command, "--port", "0", *arguments]


class Relaying(Running):
    """``tiltfile collect relay`` in a process of its own; its files are in *directory*."""

    def __init__(self, directory, address, *arguments):
        self.spool = f"{directory}/spool"
        self.begin(relaying(self.spool, address, "--file", f"{directory}/keys.db", *arguments))

    def health(self):
        """What it says of itself."""
        return json.loads(self.call("/healthz")[2])

    def drain(self, seconds=60):
        """Wait until all is shipped."""
        end = time.monotonic() + seconds
        while self.health()["bytes waiting for the database"]:
            assert time.monotonic() < end, self.health()
            time.sleep(0.05)
