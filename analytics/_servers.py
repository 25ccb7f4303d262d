"""What is known of each address: whether it answers, when it may be tried again, whether it takes batches.

Failures are counted over runs of the sender. After the n-th in a row nothing is sent for 15 minutes times
2^(n-1), give or take a fifth, at most a day; a ``Retry-After`` is obeyed on top of that. Two things shorten
the wait, because an event should arrive within seconds where it can: after a single failure, and with a
fresh event for as long as no connection could be made at all (the laptop is offline; a refused connection
costs a server nothing), the next run may post one event to see, and if it arrives, all that waits follows.

The file has one line per address and no JSON, because commands read it, too.
"""

from __future__ import annotations

import os

from analytics._digest import checksum, sha256
from analytics._system import MODE, remove, write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._system import Dirs

_FIRST_WAIT_MS = 15 * 60 * 1000
_LONGEST_WAIT_MS = 24 * 3600 * 1000
_LONGEST_RETRY_AFTER_MS = 7 * _LONGEST_WAIT_MS
_SPREAD = 0.2
_MOST = 50  # addresses that are remembered
_DOUBLINGS = 10  # beyond which the wait is the longest anyway

#: What an address may have said about batches.
UNKNOWN, TAKES_BATCHES, REFUSED_A_BATCH = "unknown", "yes", "refused"

#: What may be sent: everything; one event to see; nothing.
GO, PROBE, WAIT = "go", "probe", "wait"


class Server:
    """One address.

    Attributes:
        key: stands for the address, which may hold a password.
        failures: runs in a row that failed; 0 after one that did not.
        reached: whether a connection could be made when it failed last.
        last: when it was tried last, in ms.
        not_before: when what waits may be tried again, in ms.
        asked_until: until when the server asked to be left alone, in ms.
        batches: `UNKNOWN`, `TAKES_BATCHES` or `REFUSED_A_BATCH`.
    """

    __slots__ = ("asked_until", "batches", "failures", "key", "last", "not_before", "reached")

    def __init__(self, key: str) -> None:
        self.key = key
        self.failures = 0
        self.reached = True
        self.last = 0
        self.not_before = 0
        self.asked_until = 0
        self.batches = UNKNOWN

    def verdict(self, now: int, newest: int, *, eager: bool = False) -> str:
        """Return what may be sent now.

        Args:
            now: the time, in ms.
            newest: when the newest event that waits was recorded, in ms.
            eager: whether somebody asked for it to be tried now.
        """
        if not self.failures or self._clock_jumped(now):
            return GO
        if now < self.asked_until:
            return WAIT
        if now >= self.not_before or eager:
            return GO
        if self.failures == 1 or (newest >= self.last and not self.reached):
            return PROBE
        return WAIT

    def succeeded(self, now: int) -> None:
        """Note that the address took an event."""
        self.failures, self.reached, self.last = 0, True, now
        self.not_before = self.asked_until = 0

    def failed(self, now: int, *, reached: bool, retry_after_ms: int, chance: float) -> None:
        """Note that a run failed.

        Args:
            now: the time, in ms.
            reached: whether a connection could be made.
            retry_after_ms: for how long the server asked to be left alone; 0 if it did not.
            chance: a random number from 0 to 1.
        """
        self.failures += 1
        self.reached, self.last = reached, now
        wait = _FIRST_WAIT_MS * 2 ** min(self.failures - 1, _DOUBLINGS)
        spread = 1 + _SPREAD * (2 * chance - 1)
        self.not_before = now + int(min(wait * spread, _LONGEST_WAIT_MS))
        self.asked_until = now + min(retry_after_ms, _LONGEST_RETRY_AFTER_MS) if retry_after_ms else 0
        self.not_before = max(self.not_before, self.asked_until)

    def _clock_jumped(self, now: int) -> bool:
        """A wait that no rule can have given comes from another clock, or from damage."""
        return max(self.not_before, self.asked_until) > now + _LONGEST_RETRY_AFTER_MS or self.last > now

    def line(self) -> str:
        """Return the line that keeps it."""
        numbers = (self.failures, int(self.reached), self.last, self.not_before, self.asked_until)
        text = " ".join((self.key, *map(str, numbers), self.batches))
        return f"{_checksum(text)} {text}\n"


def key_of(url: str) -> str:
    """Return what stands for *url* in the file."""
    return sha256(url.encode("utf-8", "surrogateescape")).hex()[:32]


def read(dirs: Dirs) -> dict[str, Server]:
    """Return what is known, by `key_of` the address. What cannot be read is not known."""
    try:
        with open(dirs.servers, encoding="ascii", errors="replace") as file:
            found = [server for server in map(_parse, file) if server is not None]
    except OSError:
        return {}
    return {server.key: server for server in found}


def write(dirs: Dirs, servers: dict[str, Server]) -> None:
    """Keep what is worth knowing: nothing of an address that works, as Tilt's does. For the sender alone.

    Raises:
        OSError: it cannot be kept.
    """
    servers = {key: server for key, server in servers.items() if server.failures or server.batches != UNKNOWN}
    if not servers:
        remove(dirs.servers)
        return
    newest = sorted(servers.values(), key=lambda server: server.last)[-_MOST:]
    temporary = f"{dirs.servers}.tmp"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, MODE)
    try:
        write_whole(fd, "".join(server.line() for server in newest).encode())
    except OSError:
        remove(temporary)
        raise
    finally:
        os.close(fd)
    os.replace(temporary, dirs.servers)


def is_worth_trying(dirs: Dirs, url: str, now_ms: int) -> bool:
    """Return whether a fresh event for *url* would be tried now. For commands: cheap, never raises."""
    servers = read(dirs)
    server = servers.get(key_of(url)) if servers else None
    return server is None or server.verdict(now_ms, now_ms) != WAIT


def _parse(line: str) -> Server | None:
    checksum, _, text = line.rstrip("\n").partition(" ")
    if checksum != _checksum(text):
        return None
    try:
        key, failures, reached, last, not_before, asked_until, batches = text.split(" ")
        server = Server(key)
        server.failures, server.reached, server.last = int(failures), reached == "1", int(last)
        server.not_before, server.asked_until, server.batches = int(not_before), int(asked_until), batches
    except ValueError:
        return None
    return server


def _checksum(text: str) -> str:
    return checksum(text.encode()).decode()
