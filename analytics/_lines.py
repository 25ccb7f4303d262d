"""Files of JSON objects, one a line, that may have been torn or damaged at any byte.

Each object is written with a newline before and after it and a checksum inside it, in one write to a file
opened for appending: whatever happened to the line before, this one stands alone. Readers skip what is
not whole.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from analytics._digest import seal, unseal
from analytics._system import MODE, remove, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

sync: Any = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


def line(value: Mapping[str, Any]) -> bytes:
    """Return *value* as it is kept in a file, newlines included."""
    return b"\n%b\n" % seal(json.dumps(value, sort_keys=True, separators=(",", ":")))


def append(path: str, value: Mapping[str, Any], *, durable: bool = False) -> None:
    """Add *value* to the file.

    Args:
        path: the file; it is created if need be, for its owner only.
        value: what is added.
        durable: wait until it is on the disk.

    Raises:
        OSError: it cannot be written, or not whole.
    """
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, MODE)
    try:
        write_whole(fd, line(value))
        if durable:
            sync(fd)
    finally:
        os.close(fd)


def replace(path: str, lines: Iterable[bytes]) -> None:
    """Put *lines* in the place of the file: a reader sees the old ones or the new ones.

    Raises:
        OSError: they cannot be written; the old file is as it was.
    """
    temporary = f"{path}.tmp"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, MODE)
    try:
        try:
            for data in lines:
                write_whole(fd, data)
            os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(temporary, path)
    except OSError:
        remove(temporary)
        raise


def read(path: str) -> Iterator[dict[str, Any]]:
    """Yield the objects that are whole. A file that is not there has none.

    Raises:
        OSError: the file is there but cannot be read.
    """
    return (value for value in scan(path) if value is not None)


def scan(path: str) -> Iterator[dict[str, Any] | None]:
    """Yield what `read` does, and None for each line that is damaged.

    Raises:
        OSError: the file is there but cannot be read.
    """
    try:
        file = open(path, "rb")  # noqa: SIM115  # closed by the with below
    except FileNotFoundError:
        return
    with file:
        for data in file:
            if data.strip():
                yield parse(data)


def parse(data: bytes) -> dict[str, Any] | None:
    """Return the object that a line holds, or None if it is damaged."""
    whole = unseal(data)
    if whole is None:
        return None
    try:
        value = json.loads(whole)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
