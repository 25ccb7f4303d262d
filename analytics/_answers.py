"""What was asked of other programs before, so that a command need not wait for them.

The file holds digests that are sent anyway (``git.origin``, ``user``), each under a keyed digest of
everything that it depends on, and the paths of configuration files that git includes. Answers to old
questions are simply never found again; the oldest are dropped.
"""

from __future__ import annotations

import os

from analytics._digest import hmac_sha256
from analytics._files import MODE, remove, write_whole
from analytics._git import look
from analytics._seal import checksum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._dirs import Dirs

_MOST = 40
_NOTHING = "-"
_FIELDS = 6


class Answers:
    """The answers of one user under one *key*. Nothing here raises: without answers, programs are asked."""

    __slots__ = ("_dirs", "_key", "_lines")

    def __init__(self, dirs: Dirs, key: bytes) -> None:
        self._dirs = dirs
        self._key = key
        self._lines: list[str] | None = None

    def find(self, question: bytes, now: float) -> str | None:
        """Return the answer ("" may be one), or None if it is not known, or not any more."""
        wanted = self._digest(question)
        for line in self._read():
            fields = line.split(" ")
            if len(fields) == _FIELDS and fields[1] == wanted:
                return self._answer(line, fields, now)
        return None

    def keep(self, question: bytes, answer: str, *, until: float, others: list[str]) -> None:
        """Keep an answer.

        Args:
            question: all that the answer depends on.
            answer: the answer; without spaces.
            until: when to ask again in any case, in seconds since 1970.
            others: files that the answer depends on, too, but that only the answer tells.
        """
        wanted = self._digest(question)
        paths = ",".join(path.encode("utf-8", "surrogateescape").hex() for path in others) or _NOTHING
        seen = self._digest(look(others))
        text = " ".join((wanted, answer or _NOTHING, str(int(until)), seen, paths))
        old = [line for line in self._read() if f" {wanted} " not in line]
        self._lines = [f"{_checksum(text)} {text}", *old][:_MOST]
        self._write()

    def _answer(self, line: str, fields: list[str], now: float) -> str | None:
        checksum, _, text = line.partition(" ")
        if checksum != _checksum(text):
            return None
        _, _, answer, until, seen, paths = fields
        others = [] if paths == _NOTHING else [_path(field) for field in paths.split(",")]
        if int(until) < now or self._digest(look(others)) != seen:
            return None
        return "" if answer == _NOTHING else answer

    def _digest(self, data: bytes) -> str:
        return hmac_sha256(self._key, b"answers:" + data).hex()[:32]

    def _read(self) -> list[str]:
        if self._lines is None:
            try:
                with open(self._dirs.answers, encoding="ascii", errors="replace") as file:
                    self._lines = file.read().splitlines()
            except OSError:
                self._lines = []
        return self._lines

    def _write(self) -> None:
        temporary = f"{self._dirs.answers}.{os.urandom(6).hex()}"
        try:
            self._dirs.make(self._dirs.user)
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
            try:
                write_whole(fd, "".join(f"{line}\n" for line in self._lines or ()).encode())
            finally:
                os.close(fd)
            os.replace(temporary, self._dirs.answers)
        except OSError:
            self._give_up(temporary)

    def _give_up(self, temporary: str) -> None:
        try:
            remove(temporary)
        except OSError:
            return


def _path(field: str) -> str:
    return bytes.fromhex(field).decode("utf-8", "surrogateescape")


def _checksum(text: str) -> str:
    return checksum(text.encode()).decode()
