"""Rewrites a Tiltfile so that starlark-rust means by it what Tilt means.

``rewrite`` parses the text with Python's own parser, edits it in place, and keeps what is needed to find
every position of the new text in the old one.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from tiltfile_ext.starkit._errors import Position, StaticError
from tiltfile_ext.starkit._nodes import walk
from tiltfile_ext.starkit._odd_names import ascii_name
from tiltfile_ext.starkit._unicode import clean
from tiltfile_ext.starkit.rewrite._edits import Edit, OffsetMap, apply, new_offset
from tiltfile_ext.starkit.rewrite._lexical import Lexical, expand_tabs
from tiltfile_ext.starkit.rewrite._names import (
    Bindings,
    bound_names,
    dotted,
    is_load,
    load_names,
    parameter_names,
    statements,
)
from tiltfile_ext.starkit.rewrite._places import Places
from tiltfile_ext.starkit.rewrite._python import parse
from tiltfile_ext.starkit.rewrite._rewriter import Rewriter

if TYPE_CHECKING:
    from tiltfile_ext.starkit.rewrite._skim import Span

__all__ = ["Names", "Source", "bound_names", "dotted", "is_load", "load_names", "rewrite"]

_MANY_LINES = 100


class Names(Protocol):
    """What a file may call."""

    names: frozenset[str]
    builtin_names: frozenset[str]


class Source:
    r"""A file, as it was written and as it is run.

    Attributes:
        original: the text as written, with ``\n`` for line ends.
        tidy: the text after tabs were expanded, of which ``tree`` is the syntax tree.
        text: the text to run.
        is_parsed: whether Python can parse it; it runs as it is if not.
        suspicious: whether Tilt may refuse the file although the interpreter does not.
    """

    def __init__(self, original: str, path: str) -> None:
        self.path = path
        self.original = original
        self.tabs: list[Edit] = expand_tabs(original) if "\t" in original else []
        self.tidy: str = apply(original, self.tabs)
        self.text = self.tidy + "\nNone\n"
        self.is_parsed = False
        self.suspicious = "\\" in original and Lexical(original).has_odd_escape()
        self.rewriter: Rewriter | None = None
        self._tree: Any = None
        self._skipped: dict[int, Span] = {}
        self._edits: list[Edit] = []
        self._line_owners: dict[int, Any] = {}
        self._bindings: Bindings | None = None
        self._maps: tuple[OffsetMap, OffsetMap] | None = None

    def rewrite(self, known: Names) -> None:
        """Make ``text`` of ``tidy``."""
        self._known = known
        if not self._rewrite_skimmed():
            self._rewrite_whole()
        self.is_parsed = self._tree is not None
        if self.rewriter is not None:
            text, self._edits, self._line_owners = self.rewriter.edits.make(self.tidy)
            # The value of the last statement is converted for Python, which fails for a function.
            self.text = text + "\nNone\n"
            # run in parts, undefined names would be found too late
            self.suspicious |= self.rewriter.suspicious or self.is_stepped

    def _rewrite_whole(self) -> None:
        """Let the rewriter go through all statements."""
        self._skipped = {}
        shadow, self._tree = parse(self.tidy, self.path)
        self._walk(shadow)

    def _rewrite_skimmed(self) -> bool:
        """Let the rewriter go through what is not like something earlier; say whether that will do."""
        if self.tidy.count("\n") <= _MANY_LINES:
            return False
        from tiltfile_ext.starkit.rewrite._skim import Skimmed  # not worth its time for short files

        skimmed = Skimmed(self.tidy)
        if not skimmed.skipped:
            return False
        _, self._tree = parse(skimmed.text, self.path)
        self._walk(self.tidy)
        rewriter, self._skipped = self.rewriter, skimmed.skipped
        return (
            rewriter is not None
            and not (rewriter.suspicious or rewriter.stepped)
            and skimmed.suits(self._tree, rewriter.edits.offsets())
        )

    def _walk(self, shadow: str) -> None:
        """Run a rewriter over the tree, if there is one."""
        if self._tree is None:
            self._bindings = self.rewriter = None
            return
        names, known = Bindings(self._tree), self._known
        self._bindings = names
        self.rewriter = Rewriter(self.tidy, self._tree, names, known.builtin_names, known.names, shadow)
        self.rewriter.run()

    @property
    def tree(self) -> Any:
        """The syntax tree, with all statements; None if Python cannot parse the file."""
        if self._skipped:
            self._rewrite_whole()
            self._line_owners = self.rewriter.edits.make(self.tidy)[2] if self.rewriter else {}
        return self._tree

    # ---- after the run --------------------------------------------------------------------------

    @property
    def keeps(self) -> bool:
        """Whether the file hands to a built-in what may be a function."""
        return self.rewriter is not None and bool(self.rewriter.kept)

    @property
    def is_stepped(self) -> bool:
        """Whether some of the file must run statement by statement."""
        return self.rewriter is not None and bool(self.rewriter.stepped)

    @property
    def binds_methods(self) -> bool:
        """Whether the file names methods without calling them."""
        return self.rewriter is not None and self.rewriter.binds_methods

    def loaded(self) -> set[str]:
        """The names that the file loads."""
        return self._bindings.loaded if self._bindings else set()

    def globals(self) -> list[tuple[str, str, bool]]:
        """The names that the file may bind: as written, as run, and whether it surely has in the end."""
        known = self._bindings.globals if self._bindings else {}
        return [(name, ascii_name(name), sure) for name, sure in known.items()]

    def kept_parameters(self, number: int) -> tuple[str, ...] | None:
        """The parameters of the function that is the *number*-th kept argument."""
        if self.rewriter is None:
            return None
        node = self.rewriter.kept[number]
        return tuple(parameter_names(node.args)) if hasattr(node, "args") else self.parameters(node.id)

    def kept_position(self, number: int) -> Position | None:
        """Where the function begins that is the *number*-th kept argument; None where that is not plain."""
        node = self.rewriter.kept[number] if self.rewriter else None
        if node is not None and not hasattr(node, "args"):
            node = next((each for each in self._functions() if each.name == node.id), None)
        if node is None or self.rewriter is None:
            return None
        return self.position(self.rewriter.places.start(node))

    def parameters(self, name: str) -> tuple[str, ...] | None:
        """The parameters of the function called *name*, None if there is none or not one."""
        found = [each for each in self._functions() if each.name == name]
        return tuple(parameter_names(found[0].args)) if len(found) == 1 else None

    def is_global(self, node: Any) -> bool:
        """Whether the name that *node* begins with is none of a function's."""
        name = dotted(node).partition(".")[0]
        around = (
            each
            for each in walk(self.tree)
            if hasattr(each, "args")
            and hasattr(each, "body")
            and each.lineno <= node.lineno <= each.end_lineno
        )
        return not any(name in bound_names(each) for each in around)

    def _functions(self) -> Iterator[Any]:
        if self._tree is not None:
            yield from (each for each in statements(self._tree.body, inner=True) if hasattr(each, "args"))

    @property
    def places(self) -> Places:
        """Where nodes are in ``tidy``."""
        return self.rewriter.places if self.rewriter is not None else Places(self.tidy)

    # ---- positions ------------------------------------------------------------------------------

    def tidy_offset(self, offset: int) -> int:
        """Where a character of ``text`` is in ``tidy``."""
        return self._offset_maps()[1].old(offset)

    def new_offset(self, tidy_offset: int, *, behind: bool = False) -> int:
        """Where a character of ``tidy`` is in ``text``: before what is new there, or *behind* it."""
        return new_offset(self._edits, tidy_offset, behind=behind)

    def position(self, tidy_offset: int) -> Position:
        """The place of a character of ``tidy`` in the file as written."""
        return self.original_position(self._offset_maps()[0].old(tidy_offset))

    def original_position(self, offset: int) -> Position:
        """The place of a character of ``original``."""
        offset = min(offset, len(self.original))
        line = self.original.rfind("\n", 0, offset) + 1
        return Position(self.path, self.original.count("\n", 0, offset) + 1, offset - line + 1)

    def _offset_maps(self) -> tuple[OffsetMap, OffsetMap]:
        if self._maps is None:
            self._maps = OffsetMap(self.tabs), OffsetMap(self._edits)
        return self._maps

    def line_start(self, line: int) -> int:
        """The offset of a line of ``text``."""
        at = 0
        for _ in range(line - 1):
            at = self.text.find("\n", at) + 1
            if not at:
                return len(self.text)
        return at

    def owner(self, line: int) -> Any:
        """The node that a call on a line of ``text`` comes from; None if there is none."""
        start = self.line_start(line)
        if start in self._line_owners:
            return self._line_owners[start]
        if self.rewriter is None:
            return None
        start = self.tidy_offset(start)
        line = self.tidy.count("\n", 0, start) + 1
        return self._skipped_call(line) if line in self._skipped else self.rewriter.owners.get(line)

    def _skipped_call(self, line: int) -> Any:
        """The call that is the statement starting on *line*."""
        start, end = self._skipped[line]
        call = parse(self.tidy[start:end], self.path)[1].body[0].value
        for node in walk(call):
            if hasattr(node, "lineno"):
                node.lineno += line - 1
                node.end_lineno += line - 1
        return call


def rewrite(text: str, path: str, known: Names) -> Source:
    """*text*, the file at *path*, ready to run."""
    source = Source(normal_text(text), path)
    with _no_collection(text.count("\n") > _MANY_LINES):
        try:
            source.rewrite(known)
        except (RecursionError, MemoryError):
            raise StaticError(Position(path, 1, 1), "the file is nested too deeply") from None
    return source


def normal_text(text: str) -> str:
    r"""*text* as Tilt reads it: up to a NUL, with ``\n`` for every line end, what is no Unicode replaced."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text[: Lexical(text).end()]
    return text if text.isascii() else clean(text)


@contextmanager
def _no_collection(wanted: bool) -> Iterator[None]:
    """Large trees are made faster while garbage is not collected."""
    if not wanted or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
