"""Statements that are like an earlier one, so that they need not be read again.

Most of a long Tiltfile are calls at top level that differ in their texts and numbers only:

    local_resource("a", cmd="echo a", deps=["src/a"])
    local_resource("b", cmd="echo b", deps=["src/b"])

What such a statement becomes depends on its names and brackets, so the first of a kind decides for all: if
nothing in it had to be changed, nothing in the others has. Python's parser takes 50 µs for such a line, the
expression here 4. Whoever wants the whole tree, to say where an error is, reads the whole file.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any

from tiltfile_ext.starkit._patterns import pattern

_NAME = r"[A-Za-z_][A-Za-z0-9_]*+"
#: on one line and without a backslash
_STRING = r"""(?:"[^"\\\n]*+"(?!")|'[^'\\\n]*+'(?!'))"""
#: what may not come next: it would make an operation, an item or a call of what was before
_ALONE = r"""(?![ \n]*+[\w"'.(\[{])"""
#: a call whose arguments hold no call and no operation; whether it is right, its example tells
_PLAIN = pattern(
    rf"""^(?!load\b)({_NAME}(?:\.{_NAME})*+
    \((?:{_STRING}{_ALONE}|(?!lambda\b)\w++{_ALONE}|[\]}}]{_ALONE}|=(?!=)|[,:\[{{ \n]++)*+\))
    [ ]*+(?:\#[^\n]*+)?+$""",
    re.MULTILINE | re.ASCII | re.VERBOSE,
)
_VARYING = pattern(rf"{_STRING}|(?<![\w.])(?:0|[1-9][0-9]*+)(?![\w.])", re.ASCII)

#: start and end of a statement in the text
Span = tuple[int, int]


class Skimmed:
    """What is left to read of a text.

    Attributes:
        text: the text with blank lines for the statements that are like an earlier one.
        skipped: the line on which each of these starts -> its span.
        examples: the same of the earlier ones.
    """

    def __init__(self, text: str) -> None:
        self.skipped: dict[int, Span] = {}
        self.examples: dict[int, Span] = {}
        # a name that is spelt otherwise for Python moves what is behind it; a backslash continues a line
        self.text = text if "assert" in text or "\\\n" in text else self._without_repetitions(text)

    def _without_repetitions(self, text: str) -> str:
        kinds: set[str] = set()
        kept: list[str] = []
        line, counted, at = 1, 0, 0
        for match in _PLAIN.finditer(text):
            start, end = match.span(1)
            line, counted = line + text.count("\n", counted, start), start
            kind = _VARYING.sub('""', match[1])
            if kind not in kinds:
                kinds.add(kind)
                self.examples[line] = start, end
            else:
                self.skipped[line] = start, end
                kept += (text[at:start], "\n" * kind.count("\n"))
                at = end
        return "".join((*kept, text[at:]))

    def suits(self, tree: Any, edited: Iterable[int]) -> bool:
        """Whether the rest, read as *tree* and edited at those offsets, tells what becomes of the whole.

        It does not if an example is edited, or if what looked like a statement stands in a text or brackets.
        """
        edits, lines = sorted(edited), list(self.skipped)
        starts = {node.lineno for node in tree.body}
        return not (
            any(line not in starts or _any_between(edits, *span) for line, span in self.examples.items())
            or any(_any_between(lines, node.lineno, node.end_lineno) for node in tree.body)
        )


def _any_between(numbers: list[int], first: int, last: int) -> bool:
    """Whether one of the sorted *numbers* is from *first* to *last*."""
    return bisect_left(numbers, first) < bisect_right(numbers, last)
