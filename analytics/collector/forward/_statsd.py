"""DogStatsD: each event adds to counters and timers. Datagrams: nobody says whether they came.

| metric | type | adds | tags |
|---|---|---|---|
| `tilt.events` | count | 1 for each event | `event`, `os`, `version`, `command`, `cluster` |
| `tilt.duration` | timer, ms | `duration` of those that have one | `event`, `os`, `version` |
| `tilt.builtin.loads` | count | 1 for each event that counts the built-in | `builtin`, `version` |
| `tilt.builtin.calls` | count | how often it was called | `builtin`, `version` |
| `tilt.argument.calls` | count | how often it was given | `builtin`, `argument`, `version` |
| `tilt.extension.loads` | count | 1 for each event with `ext_name` | `extension`, `version` |

What is asked for with ``--tag`` is on all of them. Counts of one batch that have the same tags are added up
before they are sent, so that hundreds of events are some ten datagrams. There are no timestamps: the protocol
has them for counts and gauges only, and of two counts of the same second the later would take the place of
the earlier. So what comes is counted as of now, and only new events are sent unless older ones are asked for.
"""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from analytics.collector._export import Record, calls
from analytics.collector.forward._address import Address
from analytics.collector.forward._receiver import Later, Outcome, Taken
from analytics.collector.forward._tags import tag, tags

_EVENT_TAGS = ("name", "os", "version", "subcommand", "env")
_TIMER_TAGS = ("name", "os", "version")
_USE_TAGS = ("version",)
_EXTENSION_TAGS = ("ext_name", "version")

_MOST = 500
_NETWORK_BYTES, _SOCKET_BYTES = 1432, 8192  # what Datadog's own clients put in a datagram, and in a local one
_SECONDS = 5.0
_ARGUMENT = ".arg."
_NS_IN_MS = 1e6

#: a metric's name and its tags
Cell = tuple[str, tuple[str, ...]]


class StatsD:
    """Sends datagrams to one address.

    Args:
        address: where.
        more: keys of events that are tags, too, with all their values.
    """

    most = _MOST
    oldest: int | None = None
    is_live = True

    def __init__(self, address: Address, more: tuple[str, ...] = ()) -> None:
        self._address = address
        self._more = more
        self._socket: socket.socket | None = None

    def send(self, events: Sequence[Record]) -> Outcome:
        """Send what *events* add up to."""
        size = _SOCKET_BYTES if self._address.path else _NETWORK_BYTES
        try:
            for datagram in packed(lines(events, self._more), size):
                self._connected().send(datagram)
            self._look()
        except OSError as error:
            self.close()
            return Later((error.strerror or str(error)).lower())
        return Taken()

    def _connected(self) -> socket.socket:
        """A socket that notices when nobody is there, as far as the network says so."""
        if self._socket is None:
            self._socket = _connect(self._address)
        return self._socket

    def _look(self) -> None:
        """Raise what the network has said of datagrams since: on this machine, that nobody takes them."""
        failure = self._connected().getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            raise OSError(failure, os.strerror(failure))

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _connect(address: Address) -> socket.socket:
    if address.path:
        return _to(socket.AF_UNIX, address.path)
    family, _, _, _, where = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_DGRAM)[0]
    return _to(family, where)


def _to(family: int, where: object) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_DGRAM)
    try:
        opened.settimeout(_SECONDS)
        opened.connect(where)  # type: ignore[arg-type]  # what getaddrinfo gave
    except OSError:
        opened.close()
        raise
    return opened


def lines(events: Iterable[Record], more: tuple[str, ...]) -> Iterator[bytes]:
    """What *events* add up to, one metric a line."""
    sums: Counter[Cell] = Counter()
    profiles: Counter[tuple[bytes, tuple[str, ...]]] = Counter()
    for event in events:
        asked = tags(event.tags, more)
        sums["tilt.events", tags(event.tags, _EVENT_TAGS) + asked] += 1
        if "ext_name" in event.tags:
            sums["tilt.extension.loads", tags(event.tags, _EXTENSION_TAGS) + asked] += 1
        if "duration" in event.tags:
            own = tags(event.tags, _TIMER_TAGS) + asked
            yield _line("tilt.duration", event.tags["duration"] / _NS_IN_MS, "ms", own)
        if event.profile:
            profiles[event.profile, tags(event.tags, _USE_TAGS) + asked] += 1
    for (profile, own), loads in profiles.items():
        _add_uses(sums, profile, own, loads)
    for (name, own), total in sums.items():
        yield _line(name, total, "c", own)


def _add_uses(sums: Counter[Cell], profile: bytes, own: tuple[str, ...], loads: int) -> None:
    """Add what *profile* counts, as often as it was sent."""
    for name, count in calls(profile).items():
        builtin, is_argument, argument = name.partition(_ARGUMENT)
        if is_argument:
            sums["tilt.argument.calls", (tag("builtin", builtin), tag("argument", argument), *own)] += (
                count * loads
            )
        else:
            sums["tilt.builtin.calls", (tag("builtin", builtin), *own)] += count * loads
            sums["tilt.builtin.loads", (tag("builtin", builtin), *own)] += loads


def _line(name: str, value: float, kind: str, own: tuple[str, ...]) -> bytes:
    return f"{name}:{value:.10g}|{kind}{'|#' if own else ''}{','.join(own)}".encode()


def packed(metrics: Iterable[bytes], size: int) -> Iterator[bytes]:
    """As many lines in a datagram as go into *size* bytes; one that does not is alone."""
    datagram = b""
    for metric in metrics:
        if datagram and len(datagram) + 1 + len(metric) > size:
            yield datagram
            datagram = b""
        datagram += b"\n" + metric if datagram else metric
    if datagram:
        yield datagram
