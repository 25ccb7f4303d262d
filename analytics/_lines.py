"""Files of JSON objects, one a line, that may have been torn at any byte.

Each object is written with a newline before and after it, in one write to a file opened for appending:
whatever happened to the line before, this one stands alone. Readers skip what is not an object.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODE = 0o600


def append(path: str, value: dict[str, Any]) -> None:
    """Add *value* to the file.

    Raises:
        OSError: it cannot be written.
    """
    data = f"\n{json.dumps(value, sort_keys=True)}\n".encode()
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _MODE)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def read(path: str) -> Iterator[dict[str, Any]]:
    """Yield the objects that are whole. A file that is not there has none.

    Raises:
        OSError: the file is there but cannot be read.
    """
    try:
        file = open(path, "rb")  # noqa: SIM115  # closed by the with below
    except FileNotFoundError:
        return
    with file:
        for line in file:
            value = _object(line)
            if value is not None:
                yield value


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
