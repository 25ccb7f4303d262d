"""Sets of machines, and counts of durations, as the bytes in which they are kept.

A set of machines is a number in memory: bit n is the machine n. It is kept as its bits, after a byte 0, or,
where there are few of many, as a list of their numbers of 4 bytes each, after a byte 1.

Durations are counts by bucket. They are kept as the first bucket (2 bytes), and counts for it and all that
follow (4 bytes each), so that many of them are added up as one large number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from struct import calcsize, pack, unpack_from

_BITS, _LIST = b"\0", b"\1"
_LANE = 32  # bits of a count
_MOST = (1 << _LANE) - 1
_HEAD = calcsize("<H")


def bits_of(numbers: Iterable[int]) -> int:
    """The set of these *numbers*."""
    found = sorted(numbers)
    if not found:
        return 0
    data = bytearray((found[-1] >> 3) + 1)
    for number in found:
        data[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(data, "little")


def numbers_of(bits: int) -> list[int]:
    """The numbers in a set, in order."""
    found = []
    for at, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            found += [at * 8 + bit for bit in range(8) if byte >> bit & 1]
    return found


def pack_machines(bits: int) -> bytes:
    """A set, as it is kept."""
    size = (bits.bit_length() + 7) // 8
    if 4 * bits.bit_count() < size:
        numbers = numbers_of(bits)
        return _LIST + pack(f"<{len(numbers)}I", *numbers)
    return _BITS + bits.to_bytes(size, "little")


def unpack_machines(kept: bytes) -> int:
    """The set that `pack_machines` packed; none for no bytes."""
    union = Union()
    if kept:
        union.add(kept)
    return union.bits()


def without(kept: bytes, machine: int) -> bytes | None:
    """The set *kept* without *machine*, as it is kept; None if it is not in there."""
    machines = unpack_machines(kept)
    return pack_machines(machines ^ 1 << machine) if machines >> machine & 1 else None


class Union:
    """A set that grows by sets as they are kept."""

    __slots__ = ("_lists", "_many")

    def __init__(self) -> None:
        self._many = 0
        self._lists: list[bytes] = []

    def add(self, kept: bytes) -> None:
        """Add what `pack_machines` packed."""
        if kept[:1] == _LIST:
            self._lists.append(kept[1:])
        else:
            self._many |= int.from_bytes(kept, "little")

    def bits(self) -> int:
        """The set."""
        return self._many >> 8 | bits_of(self._few())

    def __len__(self) -> int:
        return self.bits().bit_count() if self._many else len(self._few())

    def _few(self) -> set[int]:
        lists = b"".join(self._lists)
        return set(unpack_from(f"<{len(lists) // 4}I", lists))


def pack_durations(counts: Mapping[int, int]) -> bytes:
    """Counts by bucket, none of them empty, as they are kept."""
    first, last = min(counts), max(counts)
    lanes = (min(counts.get(bucket, 0), _MOST) for bucket in range(first, last + 1))
    return pack(f"<H{last - first + 1}I", first, *lanes)


def unpack_durations(kept: bytes) -> dict[int, int]:
    """The counts that `pack_durations` packed; none for no bytes."""
    sums = DurationSums()
    if kept:
        sums.add(kept)
    return sums.counts()


class DurationSums:
    """Counts that grow by counts as they are kept."""

    __slots__ = ("_first", "_lanes")

    def __init__(self) -> None:
        self._first = 0
        self._lanes = 0

    def add(self, kept: bytes) -> None:
        """Add what `pack_durations` packed."""
        (first,) = unpack_from("<H", kept)
        lanes = int.from_bytes(kept[_HEAD:], "little")
        if not self._lanes:
            self._first = first
        elif first < self._first:
            self._lanes <<= _LANE * (self._first - first)
            self._first = first
        self._lanes += lanes << _LANE * (first - self._first)

    def counts(self) -> dict[int, int]:
        """The counts by bucket, in the order of the buckets."""
        size = (self._lanes.bit_length() + _LANE - 1) // _LANE
        lanes = unpack_from(f"<{size}I", self._lanes.to_bytes(size * 4, "little"))
        return {bucket: count for bucket, count in enumerate(lanes, self._first) if count}
