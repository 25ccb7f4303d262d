"""Names for repositories: events have digests only, and whoever knows an address can compute its digest."""

from __future__ import annotations

from collections.abc import Iterator

from analytics._identity import team_ids, tilt_ids
from analytics._remote import normalise
from analytics.collector._errors import CollectorError


def names_of(path: str, key: str = "") -> dict[str, str]:
    """The names to show, by digests, for the list of repositories at *path*.

    Each line is an address as git has it, and perhaps a name; without one, the address is shown, shortened.
    Empty lines, and those that begin with #, say nothing.

    Args:
        path: the list.
        key: the team's, under which its own programs make digests (``TILT_ANALYTICS_HASH_KEY``).

    Raises:
        CollectorError: it cannot be read.
    """
    return {digest: name for address, name in _lines(path) for digest in _digests(address, key)}


def _lines(path: str) -> Iterator[tuple[str, str]]:
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise CollectorError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise CollectorError(f"{path} is no list of addresses: it is not UTF-8") from None
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            address, *name = line.split(maxsplit=1)
            remote = normalise(address)
            yield remote, name[0].strip() if name else remote.removeprefix("//")


def _digests(remote: str, key: str) -> Iterator[str]:
    """What Tilt sends, and what the team's own programs do."""
    yield tilt_ids(None, None, remote)["git.origin"]
    if key:
        yield team_ids(key.encode("utf-8", "surrogateescape"), None, None, remote)["git.origin"]
