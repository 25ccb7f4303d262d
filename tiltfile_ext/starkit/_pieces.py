"""The prelude in pieces: what to evaluate for the names that a file mentions.

To evaluate the whole prelude takes longer than all the rest of a small load, and few files need more than
half of it. What each definition needs of the others is in ``_prelude_table.py``. After a change of the
prelude, run ``python scripts/prelude_table.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from tiltfile_ext.starkit._prelude import core_texts
from tiltfile_ext.starkit._prelude_table import TABLE


class Selection:
    """Definitions to evaluate together.

    Attributes:
        names: the definitions, in the order of the prelude.
        mentioned: what they mention, whether or not it is among them, and the names asked for.
    """

    def __init__(self, names: list[str], mentioned: set[str]) -> None:
        self.names = names
        self.mentioned = mentioned

    def texts(self) -> Iterator[tuple[str, str]]:
        """The files of the prelude, (name, text): only these definitions, on the lines they always have."""
        chosen: dict[str, list[tuple[int, int]]] = {}
        for name in self.names:
            file, first, last, _ = TABLE[name]
            chosen.setdefault(file, []).append((first, last))
        for file, text in core_texts():
            if file in chosen:
                yield file, _only(text.splitlines(keepends=True), chosen[file])


def select(names: Iterable[str], known: Collection[str]) -> Selection:
    """The definitions *names* and what they need in turn, without those *known*."""
    mentioned: set[str] = set()
    ahead = set(names)
    while ahead:
        name = ahead.pop()
        mentioned.add(name)
        if name in TABLE and name not in known:
            ahead.update(each for each in TABLE[name][3].split() if each not in mentioned)
    return Selection([name for name in TABLE if name in mentioned and name not in known], mentioned)


def _only(lines: list[str], chosen: Iterable[tuple[int, int]]) -> str:
    """Those of *lines* that are in one of the ranges *chosen*; the others are empty."""
    text, line = "", 1
    for first, last in chosen:
        text += "\n" * (first - line) + "".join(lines[first - 1 : last])
        line = last + 1
    return text
