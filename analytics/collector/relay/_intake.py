"""What a relay's `Writer` writes to: events are checked as a store checks them, and put into the spool."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.collector._dictionary import keep
from analytics.collector._limits import REFUSED_BYTES
from analytics.collector._read import Reader, RefusedError
from analytics.collector._store import Post, Receipt
from analytics.collector.relay._frames import Spooled, encode
from analytics.collector.relay._spool import Spool


class Intake:
    """Takes posts into *spool*. Whether an id was here before is known only to the database."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._profiles: dict[bytes, None] = {}
        self._reader = Reader(self._profiles)

    def write(self, posts: Iterable[Post]) -> list[Receipt]:
        """Keep the events of *posts*, all or, if the disk fails, none; a receipt for each.

        Raises:
            FullError: too much waits to be shipped.
            OSError: the disk failed.
        """
        frames: list[bytes] = []
        receipts = [self._take(post, frames) for post in posts]
        if frames:
            self._spool.append(b"".join(frames))
        return receipts

    def settle(self) -> None:
        """There are no sums here."""

    def close(self) -> None:
        """Take no more."""
        self._spool.close()

    def _take(self, post: Post, frames: list[bytes]) -> Receipt:
        receipt = Receipt()
        for index, body in enumerate(post.bodies):
            happened = post.times[index] if post.times else post.time
            try:
                profile = self._reader.read(body).profile
            except RefusedError as error:
                reason = str(error)
                receipt.refused.append(reason)
                event = Spooled(post.time, happened, reason.encode(), body[:REFUSED_BYTES], is_refused=True)
            else:
                if profile not in self._profiles:
                    keep(self._profiles, profile, None)
                receipt.stored += 1
                event = Spooled(post.time, happened, post.ids[index] if post.ids else b"", body)
            frames.append(encode(event))
        return receipt
