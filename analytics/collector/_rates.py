"""How much may come from one sender: so many events a second, and ten seconds' worth at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from ipaddress import IPv6Address, ip_address
from time import monotonic

BURST_SECONDS = 10.0
_KEPT = 100_000  # senders that are remembered; one that is not has a clean slate
_NETWORK = 64  # bits of an IPv6 address that one sender has


class Rate:
    """One token bucket for each sender, kept as the moment when it will be full again.

    A request is let in as long as there is anything in the bucket; it may take more than that, so that
    no request is too large, and the sender waits longer then.

    Args:
        per_second: events; 0 is without a limit.
        clock: seconds.
    """

    def __init__(self, per_second: float = 0, clock: Callable[[], float] = monotonic) -> None:
        self._per_second = per_second
        self._clock = clock
        self._full: dict[Hashable, float] = {}

    def wait(self, sender: Hashable) -> float:
        """For how many seconds *sender* has to wait; 0 if it may send now."""
        if not self._per_second:
            return 0.0
        return max(0.0, self._full.get(sender, 0.0) - self._clock() - BURST_SECONDS)

    def take(self, sender: Hashable, events: int) -> None:
        """Take so many out of the bucket of *sender*."""
        if not self._per_second:
            return
        now = self._clock()
        self._full[sender] = max(now, self._full.get(sender, 0.0)) + events / self._per_second
        if len(self._full) > _KEPT:
            self._full = {who: full for who, full in self._full.items() if full > now}
            if len(self._full) > _KEPT // 2:
                self._full.clear()


def sender_of(address: str) -> str:
    """Who is at an IP address: of IPv6, the network, since each machine has as many addresses as it likes."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(int(found) >> (128 - _NETWORK))
    return address
