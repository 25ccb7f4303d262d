"""Finds names that nothing binds, and statements that stand where they may not.

At the top level a name is looked up where it is used; inside functions and comprehensions, when the
whole file has been read. That is why a later global serves a function but not the line before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NoReturn

from tiltfile_ext.starkit._spelling import nearest
from tiltfile_ext.starkit.grammar._scanner import GrammarError
from tiltfile_ext.starkit.grammar._tree import Node


class Block:
    """The names bound in a file, a function or a comprehension, and what was used in it.

    Attributes:
        found: names looked up from here and found further out; a misspelt one may have meant them.
    """

    def __init__(self, parent: Block | None, *, is_function: bool = False) -> None:
        self.parent = parent
        self.is_function = is_function
        self.names: set[str] = set()
        self.found: set[str] = set()
        self.uses: list[tuple[Node, Block]] = []
        self.children: list[Block] = []
        if parent is not None:
            parent.children.append(self)

    def chain(self) -> Iterator[Block]:
        """This block and those around it."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.parent

    @property
    def container(self) -> Block:
        """The function (or file) that the block is in."""
        return next(block for block in self.chain() if block.is_function or block.parent is None)


class Resolver:
    """Resolves one file."""

    def __init__(self, universe: Collection[str]) -> None:
        self._universe = universe
        self._file = self._block = Block(None)
        self._loops = 0
        self._ifs = 0

    def file(self, statements: list[Node]) -> None:
        """Check the whole file."""
        self._statements(statements)
        self._look_up_all(self._file)

    # ---- names ----------------------------------------------------------------------------------

    def _use(self, name: Node) -> None:
        if self._block is self._file:
            self._look_up(name, self._file)
        else:
            self._block.container.uses.append((name, self._block))

    def _look_up(self, name: Node, block: Block) -> None:
        text = name.parts[0]
        if text in self._universe or any(text in each.names for each in block.chain()):
            for each in block.chain():
                if each.parent is None or text in each.names:
                    break
                each.found.add(text)
            return
        guess = nearest(text, sorted({each for scope in block.chain() for each in scope.names | scope.found}))
        hint = f" (did you mean {guess}?)" if guess else ""
        raise GrammarError(name.start, f"undefined: {text}{hint}")

    def _look_up_all(self, block: Block) -> None:
        for child in block.children:
            self._look_up_all(child)
        for name, place in block.uses:
            self._look_up(name, place)

    def _bind(self, name: Node) -> bool:
        """Bind a name; say whether it was bound before."""
        container = self._block
        known = name.parts[0] in container.names
        container.names.add(name.parts[0])
        return known

    # ---- statements -----------------------------------------------------------------------------

    def _statements(self, statements: list[Node]) -> None:
        for statement in statements:
            getattr(self, "_" + statement.kind)(statement)

    def _exprstmt(self, node: Node) -> None:
        self._expression(node.parts[0])

    def _branchstmt(self, node: Node) -> None:
        if not self._loops and node.parts[0] != "pass":
            _complain(node, f"{node.parts[0]} not in a loop")

    def _returnstmt(self, node: Node) -> None:
        if not self._block.container.is_function:
            _complain(node, "return statement not within a function")
        if node.parts[0] is not None:
            self._expression(node.parts[0])

    def _assignstmt(self, node: Node) -> None:
        target, sign, value = node.parts
        self._expression(value)
        self._target(target, augmented=sign != "=")

    def _ifstmt(self, node: Node) -> None:
        condition, body, orelse = node.parts
        self._expression(condition)
        self._ifs += 1
        self._statements(body)
        self._statements(orelse)
        self._ifs -= 1

    def _forstmt(self, node: Node) -> None:
        variables, values, body = node.parts
        self._expression(values)
        self._target(variables)
        self._loops += 1
        self._statements(body)
        self._loops -= 1

    def _whilestmt(self, node: Node) -> None:
        condition, body = node.parts
        self._expression(condition)
        self._loops += 1
        self._statements(body)
        self._loops -= 1

    def _defstmt(self, node: Node) -> None:
        name, parameters, body = node.parts
        self._bind(name)
        loops, self._loops = self._loops, 0
        self._function(parameters, body)
        self._loops = loops

    def _loadstmt(self, node: Node) -> None:
        if self._block.container.is_function:
            _complain(node, "load statement within a function")
        if self._loops:
            _complain(node, "load statement within a loop")
        if self._ifs:
            _complain(node, "load statement within a conditional")
        for here, there in node.parts[0]:
            if there.parts[0] == "":
                _complain(there, "load: empty identifier")
            if there.parts[0].startswith("_"):
                _complain(there, f"load: names with leading underscores are not exported: {there.parts[0]}")
            self._bind(here)

    def _target(self, node: Node, *, augmented: bool = False) -> None:
        match node.kind:
            case "ident":
                self._bind(node)
            case "indexexpr" | "dotexpr":
                self._expression(node)
            case "parenexpr":
                self._target(node.parts[0], augmented=augmented)
            case "tupleexpr" | "listexpr":
                what = node.kind.removesuffix("expr")
                if augmented:
                    _complain(node, f"can't use {what} expression in augmented assignment")
                for each in node.parts[0]:
                    self._target(each)
            case _:
                _complain(node, f"can't assign to {node.kind}")

    # ---- functions ------------------------------------------------------------------------------

    def _function(self, parameters: list[Node], body: list[Node] | Node) -> None:
        for parameter in parameters:
            if parameter.kind == "optional":
                self._expression(parameter.parts[1])
        outer, self._block = self._block, Block(self._block, is_function=True)
        self._parameters(parameters)
        if isinstance(body, Node):
            self._expression(body)
        else:
            self._statements(body)
        self._block = outer

    def _parameters(self, parameters: list[Node]) -> None:
        optional = False
        star: Node | None = None
        stars: Node | None = None
        keyword_only = 0
        for each in parameters:
            if each.kind in ("ident", "optional"):
                required = each.kind == "ident"
                if stars is not None:
                    word = "required" if required else "optional"
                    _complain(each, f"{word} parameter may not follow **{stars.parts[0].parts[0]}")
                keyword_only += star is not None
                if required and star is None and optional:
                    _complain(each, "required parameter may not follow optional")
                optional |= not required
                self._bind_parameter(each if required else each.parts[0], each)
            elif each.kind == "*":
                if stars is not None:
                    _complain(each, f"* parameter may not follow **{stars.parts[0].parts[0]}")
                if star is not None:
                    _complain(each, "multiple * parameters not allowed")
                star = each
            else:
                if stars is not None:
                    _complain(each, "multiple ** parameters not allowed")
                stars = each
        self._bind_stars(star, stars, keyword_only)

    def _bind_stars(self, star: Node | None, stars: Node | None, keyword_only: int) -> None:
        if star is not None:
            if star.parts[0] is not None:
                self._bind_parameter(star.parts[0], star.parts[0])
            elif not keyword_only:
                _complain(star, "bare * must be followed by keyword-only parameters")
        if stars is not None:
            self._bind_parameter(stars.parts[0], stars.parts[0])

    def _bind_parameter(self, name: Node, place: Node) -> None:
        if self._bind(name):
            _complain(place, f"duplicate parameter: {name.parts[0]}")

    # ---- expressions ----------------------------------------------------------------------------

    def _expression(self, node: Node) -> None:
        match node.kind:
            case "ident":
                self._use(node)
            case "literal":
                pass
            case "callexpr":
                self._call(node)
            case "lambdaexpr":
                self._function(node.parts[0], node.parts[1])
            case "comprehension":
                self._comprehension(node)
            case _:
                for part in node.parts:
                    for each in part if isinstance(part, list) else [part]:
                        self._expression(each)

    def _comprehension(self, node: Node) -> None:
        """The first values belong to the block around."""
        body, clauses = node.parts
        self._expression(clauses[0][2])
        outer, self._block = self._block, Block(self._block)
        for number, clause in enumerate(clauses):
            if clause[0] == "if":
                self._expression(clause[1])
                continue
            if number:
                self._expression(clause[2])
            self._target(clause[1])
        for each in body:
            self._expression(each)
        self._block = outer

    def _call(self, node: Node) -> None:
        function, arguments = node.parts
        self._expression(function)
        seen: set[str] = set()
        stars: set[str] = set()
        for each in arguments:
            self._check_argument(each, seen, stars)
            self._expression(each.parts[-1] if each.kind in ("*", "**", "keyword") else each)

    @staticmethod
    def _check_argument(node: Node, seen: set[str], stars: set[str]) -> None:
        """*seen*: names of keyword arguments so far; *stars*: ``*`` and ``**`` so far."""
        if node.kind == "*" and "**" in stars:
            _complain(node, "*args may not follow **kwargs")
        if node.kind in _STARS:
            if node.kind in stars:
                _complain(node, f"multiple {_STARS[node.kind]} not allowed")
            stars.add(node.kind)
            return
        named = node.kind == "keyword"
        for sign in ("**", "*") if named else ("*", "**"):
            if sign in stars:
                what = "keyword" if named else "positional"
                _complain(node, f"{what} argument may not follow {_STARS[sign]}")
        if named:
            name = node.parts[0].parts[0]
            if name in seen:
                _complain(node, f'keyword argument "{name}" is repeated')
            seen.add(name)
        elif seen:
            _complain(node, "positional argument may not follow named")


_STARS = {"*": "*args", "**": "**kwargs"}


def _complain(node: Node, message: str) -> NoReturn:
    raise GrammarError(node.start, message)
