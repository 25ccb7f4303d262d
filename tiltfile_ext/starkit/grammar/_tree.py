"""The syntax tree that the parser makes and the resolver walks."""

from __future__ import annotations

from typing import Any


class Node:
    """A statement or an expression.

    ``kind`` is starlark-go's name in lower case ("callexpr"), which some messages print. What ``parts``
    holds depends on it; see the parser.
    """

    __slots__ = ("kind", "parts", "start")

    def __init__(self, kind: str, start: int, *parts: Any) -> None:
        self.kind = kind
        self.start = start
        self.parts = parts
