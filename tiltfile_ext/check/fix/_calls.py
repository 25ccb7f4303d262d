"""Finds what a Tiltfile does with one built-in that takes True or False, without running it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tiltfile_ext.starkit import Data
from tiltfile_ext.starkit.grammar import Node, Parser

#: what is inside of these may run never, once or often
_UNSURE = frozenset(
    ("binaryexpr", "comprehension", "condexpr", "defstmt", "forstmt", "ifstmt", "lambdaexpr", "whilestmt")
)
_TRUTHS = {"True": True, "False": False}


class Mention(Data):
    """One place where a file names the built-in.

    Attributes:
        offset: where the name starts.
        sure: whether it is reached whenever the file runs to its end.
        value: the True or False that it is called with, None if that is not to be seen.
        value_offset: where that word starts.
    """

    offset: int
    sure: bool
    value: bool | None = None
    value_offset: int = 0


def parse(text: str) -> list[Node]:
    r"""The statements of *text*, which has ``\n`` for line ends.

    Raises:
        GrammarError: Tilt refuses it.
    """
    return Parser(text).file()


def mentions(statements: list[Node], name: str, parameter: str) -> list[Mention]:
    """Every place that names the built-in *name*, whose only argument is *parameter*, in order."""
    found = _find(statements, name, parameter, sure=True)
    return sorted(found, key=lambda mention: mention.offset)


def _find(part: Any, name: str, parameter: str, *, sure: bool) -> Iterator[Mention]:
    if isinstance(part, (list, tuple)):
        for each in part:
            yield from _find(each, name, parameter, sure=sure)
    elif isinstance(part, Node):
        sure = sure and part.kind not in _UNSURE
        if part.kind == "ident" and part.parts[0] == name:
            yield Mention(part.start, sure)
        elif part.kind == "callexpr" and part.parts[0].kind == "ident" and part.parts[0].parts[0] == name:
            yield _called(part, parameter, sure=sure)
            yield from _find(part.parts[1], name, parameter, sure=sure)
        else:
            inner = part.parts[1:] if part.kind == "keyword" else part.parts
            yield from _find(inner, name, parameter, sure=sure)


def _called(call: Node, parameter: str, *, sure: bool) -> Mention:
    """The call, with the word it is called with if that is its only argument."""
    arguments = call.parts[1]
    value = arguments[0] if len(arguments) == 1 else call
    if value.kind == "keyword" and value.parts[0].parts[0] == parameter:
        value = value.parts[1]
    truth = _TRUTHS.get(value.parts[0]) if value.kind == "ident" else None
    return Mention(call.start, sure, truth, value.start)


def binding(statements: list[Node], names: frozenset[str]) -> Node | None:
    """The first place that gives one of *names* a meaning of the file's own, in any scope."""
    bound = (node for node in _bound(statements) if node.parts[0] in names)
    return min(bound, key=lambda node: node.start, default=None)


def _bound(part: Any) -> Iterator[Node]:
    """Every identifier that the file binds."""
    if isinstance(part, (list, tuple)):
        if part and part[0] == "for":  # a clause of a comprehension
            yield from _targets(part[1])
        for each in part:
            yield from _bound(each)
    elif isinstance(part, Node):
        match part.kind:
            case "assignstmt" | "forstmt" | "defstmt":
                yield from _targets(part.parts[0])
            case "loadstmt":
                yield from (here for here, _ in part.parts[0])
        if part.kind in ("defstmt", "lambdaexpr"):
            yield from _parameters(part.parts[-2])
        yield from _bound(part.parts)


def _targets(target: Node) -> Iterator[Node]:
    match target.kind:
        case "ident":
            yield target
        case "tupleexpr" | "listexpr":
            for each in target.parts[0]:
                yield from _targets(each)
        case "parenexpr":
            yield from _targets(target.parts[0])


def _parameters(parameters: list[Node]) -> Iterator[Node]:
    for each in parameters:
        name = each if each.kind == "ident" else each.parts[0]
        if name is not None:
            yield name
