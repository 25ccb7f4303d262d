"""Says whether a program fits anywhere in a text: all ways through it are followed at once."""

from __future__ import annotations

from collections.abc import Iterator

from tiltfile_ext.values.go.regexp._program import Check, Code, Jump, Split


class Machine:
    """Runs *code*. Time grows with its length times that of the text (Thompson, 1968)."""

    def __init__(self, code: Code) -> None:
        self._code = code

    def search(self, text: str) -> bool:
        """Whether the code's end is reached somewhere in *text*."""
        waiting: list[int] = []
        for at in range(len(text) + 1):
            seen: set[int] = set()
            reading = [place for start in (*waiting, 0) for place in self._reading(start, text, at, seen)]
            if len(self._code) in seen:
                return True
            waiting = [place + 1 for place in reading if at < len(text) and text[at] in self._code[place]]
        return False

    def _reading(self, start: int, text: str, at: int, seen: set[int]) -> Iterator[int]:
        """The places that are reached from *start* without reading, and read a character next."""
        code, left = self._code, [start]
        while left:
            place = left.pop()
            if place in seen:
                continue
            seen.add(place)
            match code[place] if place < len(code) else None:
                case None:
                    pass
                case Jump(steps):
                    left.append(place + steps)
                case Split(steps):
                    left += (place + steps, place + 1)
                case Check() as check:
                    if check.holds(text, at):
                        left.append(place + 1)
                case _:
                    yield place
