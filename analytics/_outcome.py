"""What became of a POST."""

from __future__ import annotations

from typing import NamedTuple


class Sent(NamedTuple):
    """The server has it.

    ``takes_batches``: it says (``Accept-Post: application/x-ndjson``) that it takes several in one POST.
    """

    status: int
    takes_batches: bool = False


class Retry(NamedTuple):
    """Not now: the network or the server is in trouble. ``status`` is 0 where there was no answer.

    ``retry_after_ms``: for how long the server asked to be left alone. ``reached``: whether there was a
    server at all.
    """

    status: int
    detail: str
    retry_after_ms: int = 0
    reached: bool = True


class Rejected(NamedTuple):
    """Never: the server, or the address itself, says that trying again is of no use."""

    status: int
    detail: str


class Withdrawn(NamedTuple):
    """It was not posted: in the meantime somebody said no, or threw it away."""


Outcome = Sent | Retry | Rejected
