"""Runs a file in parts, where blocks at top level call ``load_dynamic``.

Only a load statement can bring the functions of another file into a running one, and there can be none
in a block. So such a block is not left to the interpreter: its statements run here one after the
other, each by itself, with load statements of our own between them. A part stands on the lines and in the
columns that it has in the whole text, so that positions remain right.
"""

from __future__ import annotations

import _ast
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit._odd_names import ascii_name
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit._prelude import LOAD_MARK, dynamic_load
from tiltfile_ext.starkit.rewrite import is_load, load_names

if TYPE_CHECKING:
    from tiltfile_ext.starkit.rewrite import Source

_MARK = pattern(re.escape(LOAD_MARK).replace(r"\{\}", r"(\d+)"))


class _BreakError(Exception):
    """A ``break`` of a loop that runs here."""


class _ContinueError(Exception):
    """A ``continue`` of a loop that runs here."""


class Steps:
    """One run of a file.

    Args:
        execute: evaluates text in the module of the file.
        value: the value of a variable of the module.
    """

    def __init__(self, source: Source, execute: Callable[[str], None], value: Callable[[str], Any]) -> None:
        self._source = source
        self._execute = execute
        self._value = value
        self._loops = 0

    def run(self) -> None:
        """Run the whole file."""
        self._block(self._source.tree.body)

    def _block(self, body: Sequence[Any]) -> None:
        together: list[Any] = []
        for statement in body:
            loads = _MARK.search(self._text(statement, statement))
            if self._is_stepped(statement) or loads:
                self._together(together)
                together = []
                self._step(statement)
            else:
                together.append(statement)
        self._together(together)

    def _is_stepped(self, statement: Any) -> bool:
        rewriter = self._source.rewriter
        known = rewriter is not None and statement in rewriter.stepped
        return known or _leaves_loop(statement) or self._text(statement, statement).startswith("elif")

    def _step(self, statement: Any) -> None:
        match statement:
            case _ast.Break():
                raise _BreakError
            case _ast.Continue():
                raise _ContinueError
            case _ast.If():
                self._block(statement.body if self._test(statement.test) else statement.orelse)
            case _ast.While():
                self._loop(statement, self._while(statement))
            case _ast.For():
                self._loop(statement, self._elements(statement))
            case _:
                self._with_loads(statement)

    def _loop(self, statement: Any, rounds: Iterator[None]) -> None:
        for _ in rounds:
            try:
                self._block(statement.body)
            except _BreakError:
                break
            except _ContinueError:
                pass

    def _elements(self, statement: _ast.For) -> Iterator[None]:
        """Assign each element to the loop's variable."""
        self._loops += 1
        items = f"tilt_items{self._loops}"
        self._execute(f"{items} = []\nNone\n")
        self._run(
            f"{self._header(statement)}: {items}.append({self._variable(statement)})", self._offset(statement)
        )
        self._run(f"tilt_step = [None for _ in {items}]", 0)
        target = self._text(statement.target, statement.target)
        at = self._offset(statement.target)
        for number, _ in enumerate(self._value("tilt_step")):
            self._run(f"{target} = {items}[{number}]", at)
            yield

    def _header(self, statement: _ast.For) -> str:
        """``for x in expression``, as wide as it is; several variables are one."""
        before = self._source.text[self._offset(statement) : self._offset(statement.target)]
        target = self._text(statement.target, statement.target)
        after = self._text(statement, statement.iter)[len(before) + len(target) :]
        return before + self._variable(statement).ljust(len(target)) + after

    def _variable(self, statement: _ast.For) -> str:
        target = statement.target
        return ascii_name(target.id) if isinstance(target, _ast.Name) else "___"

    def _while(self, statement: _ast.While) -> Iterator[None]:
        while self._test(statement.test):
            yield

    def _test(self, test: Any) -> Any:
        self._expression("tilt_step = True if (", test, ") else False")
        return self._value("tilt_step")

    # ---- parts of the text ------------------------------------------------------------------------

    def _together(self, statements: list[Any]) -> None:
        """Run statements that need no load statement between them."""
        if statements:
            loads = {name for each in statements if is_load(_call(each)) for name in load_names(_call(each))}
            self._run(self._text(statements[0], statements[-1]), self._offset(statements[0]), loads)

    def _with_loads(self, statement: Any) -> None:
        """Run a simple statement, with a load statement for each mark in it."""
        at = self._offset(statement)
        parts = _MARK.split(self._text(statement, statement))
        for part, number in zip(parts[::2], (*parts[1::2], ""), strict=True):
            self._run(part, at)
            if number:
                self._execute(f"{dynamic_load(int(number))}\nNone\n")
                at += len(part) + len(LOAD_MARK.format(number))

    def _expression(self, before: str, node: Any, after: str) -> None:
        """Run a statement of which *node* is a part."""
        # the colon after the condition of a ``while`` has become more
        part = self._text(node, node).removesuffix("): break")
        self._run(part + after, self._offset(node), before=before)

    def _run(self, part: str, at: int, loads: Collection[str] = (), before: str = "if 1:") -> None:
        """Run *part*, which stands at *at*; *before* goes to the line before it, if there is one."""
        newlines = len(part) - len(part.lstrip("\n"))
        part, at = part[newlines:], at + newlines
        line = self._source.text.count("\n", 0, at)
        column = at - self._source.text.rfind("\n", 0, at) - 1
        if column == 0 and before == "if 1:":
            head = "\n" * line
        elif line:
            head = "\n" * (line - 1) + before + "\n" + " " * column
        else:
            head = before.ljust(column)
        self._execute(head + part + "\nif 0:\n" + self._declarations(loads))

    def _declarations(self, loads: Collection[str]) -> str:
        """Assignments, never run, that make known the names which other parts bind; but not *loads*."""
        names = {name for name, _, _ in self._source.globals()} | self._source.loaded()
        return "".join(f" {ascii_name(name)} = None\n" for name in sorted(names - set(loads))) or " pass\n"

    def _offset(self, node: Any) -> int:
        return self._source.new_offset(self._source.places.start(node))

    def _text(self, first: Any, last: Any) -> str:
        """What runs for the nodes from *first* to *last*."""
        end = self._source.new_offset(self._source.places.end(last), behind=True)
        return self._source.text[self._offset(first) : end]


def _call(statement: Any) -> Any:
    return getattr(statement, "value", None)


def _leaves_loop(statement: Any) -> bool:
    """Whether *statement* may be, or have in it, a ``break`` or ``continue`` of the loop that it is in."""
    if isinstance(statement, _ast.If):
        return any(map(_leaves_loop, (*statement.body, *statement.orelse)))
    return isinstance(statement, (_ast.Break, _ast.Continue))
