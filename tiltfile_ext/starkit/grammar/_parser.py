"""Starlark-go's grammar, by recursive descent.

``consume`` complains at the end of the token found, ``primary`` at its start: that is where Tilt does.
"""

from __future__ import annotations

from typing import Any, NoReturn

from tiltfile_ext.starkit.grammar._scanner import GrammarError, Scanner, Token
from tiltfile_ext.starkit.grammar._tree import Node

_LEVELS = (
    ("or",),
    ("and",),
    ("not",),
    ("==", "!=", "<", ">", "<=", ">=", "in", "not in"),
    ("|",),
    ("^",),
    ("&",),
    ("<<", ">>"),
    ("-", "+"),
    ("*", "%", "/", "//"),
)
_PRECEDENCE = {sign: level for level, signs in enumerate(_LEVELS) for sign in signs}
_COMPARISON = _PRECEDENCE["=="]
_NOT = _PRECEDENCE["not"]
_ASSIGNMENTS = frozenset(("=", "+=", "-=", "*=", "/=", "//=", "%=", "&=", "|=", "^=", "<<=", ">>="))
_END_OF_LIST = frozenset(("end of file", "newline", "=", "}", "]", ")", ";"))
_LITERALS = frozenset(("int literal", "float literal", "string literal", "bytes literal"))


class Parser:
    """Reads one file."""

    def __init__(self, text: str) -> None:
        self._tokens = Scanner(text).tokens()
        self._token = next(self._tokens)

    # ---- tokens ---------------------------------------------------------------------------------

    @property
    def _kind(self) -> str:
        return self._token.kind

    def _next(self) -> Token:
        """The current token; the one after it becomes current."""
        token = self._token
        self._token = next(self._tokens)
        return token

    def _complain(self, message: str) -> NoReturn:
        raise GrammarError(self._token.end, message)

    def _consume(self, kind: str) -> Token:
        if self._kind != kind:
            self._complain(f"got {self._token}, want {Token(kind, '', 0, 0)}")
        return self._next()

    # ---- statements -----------------------------------------------------------------------------

    def file(self) -> list[Node]:
        """All statements."""
        statements: list[Node] = []
        while self._kind != "end of file":
            if self._kind == "newline":
                self._next()
            else:
                statements += self._statement()
        return statements

    def _statement(self) -> list[Node]:
        match self._kind:
            case "def":
                return [self._def()]
            case "if":
                return [self._if()]
            case "for":
                return [self._for()]
            case "while":
                start = self._next().start
                condition = self._test()
                self._consume(":")
                return [Node("whilestmt", start, condition, self._suite())]
        return self._simple()

    def _def(self) -> Node:
        start = self._next().start
        name = self._identifier()
        self._consume("(")
        parameters = self._parameters()
        self._consume(")")
        self._consume(":")
        return Node("defstmt", start, name, parameters, self._suite())

    def _if(self) -> Node:
        start = self._next().start
        condition = self._test()
        self._consume(":")
        body = self._suite()
        orelse: list[Node] = []
        if self._kind == "elif":
            orelse = [self._if()]
        elif self._kind == "else":
            self._next()
            self._consume(":")
            orelse = self._suite()
        return Node("ifstmt", start, condition, body, orelse)

    def _for(self) -> Node:
        start = self._next().start
        variables = self._loop_variables()
        self._consume("in")
        values = self._expression(in_parens=False)
        self._consume(":")
        return Node("forstmt", start, variables, values, self._suite())

    def _suite(self) -> list[Node]:
        if self._kind != "newline":
            return self._simple()
        self._next()
        self._consume("indent")
        statements: list[Node] = []
        while self._kind not in ("outdent", "end of file"):
            statements += self._statement()
        self._consume("outdent")
        return statements

    def _simple(self) -> list[Node]:
        statements = [self._small()]
        while self._kind == ";":
            self._next()
            if self._kind in ("newline", "end of file"):
                break
            statements.append(self._small())
        if self._kind != "end of file":
            self._consume("newline")
        return statements

    def _small(self) -> Node:
        if self._kind == "return":
            start = self._next().start
            empty = self._kind in ("end of file", "newline", ";")
            return Node("returnstmt", start, None if empty else self._expression(in_parens=False))
        if self._kind in ("break", "continue", "pass"):
            token = self._next()
            return Node("branchstmt", token.start, token.text)
        if self._kind == "load":
            return self._load()
        left = self._expression(in_parens=False)
        if self._kind in _ASSIGNMENTS:
            sign = self._next()
            return Node("assignstmt", left.start, left, sign.kind, self._expression(in_parens=False))
        return Node("exprstmt", left.start, left)

    def _load(self) -> Node:
        start = self._next().start
        paren = self._consume("(")
        if self._kind != "string literal":
            self._complain("first operand of load statement must be a string literal")
        self._next()
        names: list[tuple[Node, Node]] = []
        while self._kind not in (")", "end of file"):
            self._consume(",")
            if self._kind == ")":
                break
            names.append(self._loaded())
        self._consume(")")
        if not names:
            raise GrammarError(paren.start, "load statement must import at least 1 symbol")
        return Node("loadstmt", start, names)

    def _loaded(self) -> tuple[Node, Node]:
        """The names of one symbol: here and there."""
        if self._kind == "string literal":
            name = _symbol(self._next())
            return name, name
        if self._kind != "identifier":
            self._complain(f'load operand must be "name" or localname="name" (got {self._token})')
        here = self._identifier()
        name = here.parts[0]
        if self._kind != "=":
            self._complain(
                f'load operand must be "{name}" or {name}="originalname" (want \'=\' after {name})'
            )
        self._next()
        if self._kind != "string literal":
            self._complain(f'original name of loaded symbol must be quoted: {name}="originalname"')
        return here, _symbol(self._next())

    def _parameters(self) -> list[Node]:
        """Kinds: "ident", "optional" (identifier, default), "*" and "**" (identifier or None)."""
        parameters: list[Node] = []
        while self._kind not in (")", ":", "end of file"):
            if parameters:
                self._consume(",")
            if self._kind == ")":
                break
            if self._kind in ("*", "**"):
                sign = self._next()
                named = sign.kind == "**" or self._kind == "identifier"
                parameters.append(Node(sign.kind, sign.start, self._identifier() if named else None))
                continue
            name = self._identifier()
            if self._kind == "=":
                equals = self._next()
                name = Node("optional", equals.start, name, self._test())
            parameters.append(name)
        return parameters

    # ---- expressions ----------------------------------------------------------------------------

    def _identifier(self) -> Node:
        if self._kind != "identifier":
            self._complain("not an identifier")
        token = self._next()
        return Node("ident", token.start, token.text)

    def _expression(self, *, in_parens: bool) -> Node:
        """A test, or a tuple of tests."""
        first = self._test()
        if self._kind != ",":
            return first
        return Node("tupleexpr", first.start, self._more([first], trailing_comma=in_parens))

    def _more(self, items: list[Node], *, trailing_comma: bool) -> list[Node]:
        while self._kind == ",":
            comma = self._next()
            if self._kind in _END_OF_LIST:
                if not trailing_comma:
                    raise GrammarError(comma.start, "unparenthesized tuple with trailing comma")
                break
            items.append(self._test())
        return items

    def _test(self) -> Node:
        if self._kind == "lambda":
            return self._lambda(conditional=True)
        value = self._binary(0)
        if self._kind != "if":
            return value
        start = self._next().start
        condition = self._binary(0)
        if self._kind != "else":
            raise GrammarError(start, "conditional expression without else clause")
        self._next()
        return Node("condexpr", value.start, [condition, value, self._test()])

    def _lambda(self, *, conditional: bool) -> Node:
        start = self._next().start
        parameters = self._parameters() if self._kind != ":" else []
        self._consume(":")
        body = self._test() if conditional else self._unconditional()
        return Node("lambdaexpr", start, parameters, body)

    def _unconditional(self) -> Node:
        return self._lambda(conditional=False) if self._kind == "lambda" else self._binary(0)

    def _binary(self, level: int) -> Node:
        if level >= len(_LEVELS):
            return self._with_suffixes()
        if level == _NOT and self._kind == "not":
            start = self._next().start
            return Node("unaryexpr", start, [self._binary(level)])
        value = self._binary(level + 1)
        last = ""
        while True:
            kind = self._operator()
            precedence = _PRECEDENCE.get(kind, -1)
            if kind == "not" or precedence < level:
                return value
            if last and precedence == _COMPARISON:
                self._complain(f"{last} does not associate with {kind} (use parens)")
            self._next()
            value = Node("binaryexpr", value.start, [value, self._binary(precedence + 1)])
            last = kind

    def _operator(self) -> str:
        if self._kind == "not":
            self._next()
            if self._kind != "in":
                self._complain(f"got {self._token}, want in")
            self._token.kind = "not in"
        return self._kind

    def _with_suffixes(self) -> Node:
        value = self._primary()
        while True:
            match self._kind:
                case ".":
                    self._next()
                    self._identifier()
                    value = Node("dotexpr", value.start, value)
                case "[":
                    value = self._subscript(value)
                case "(":
                    self._next()
                    arguments = self._arguments()
                    self._consume(")")
                    value = Node("callexpr", value.start, value, arguments)
                case _:
                    return value

    def _subscript(self, value: Node) -> Node:
        self._next()
        parts: list[Node] = []
        if self._kind != ":":
            parts.append(self._expression(in_parens=False))
            if self._kind == "]":
                self._next()
                return Node("indexexpr", value.start, value, parts)
        for stops in ((":", "]"), ("]",)):
            if self._kind == ":":
                self._next()
                if self._kind not in stops:
                    parts.append(self._test())
        self._consume("]")
        return Node("sliceexpr", value.start, value, parts)

    def _arguments(self) -> list[Node]:
        """Kinds besides expressions: "*" and "**" (value), "keyword" (identifier, value)."""
        arguments: list[Node] = []
        while self._kind not in (")", "end of file"):
            if arguments:
                self._consume(",")
            if self._kind == ")":
                break
            if self._kind in ("*", "**"):
                sign = self._next()
                arguments.append(Node(sign.kind, sign.start, self._test()))
                continue
            value = self._test()
            if self._kind == "=":
                if value.kind != "ident":
                    self._complain("keyword argument must have form name=expr")
                self._next()
                value = Node("keyword", value.start, value, self._test())
            arguments.append(value)
        return arguments

    def _primary(self) -> Node:
        token = self._token
        if token.kind == "identifier":
            return self._identifier()
        if token.kind in _LITERALS:
            self._next()
            return Node("literal", token.start)
        match token.kind:
            case "[":
                return self._list()
            case "{":
                return self._dict()
            case "(":
                return self._parenthesized()
            case "-" | "+" | "~":
                self._next()
                return Node("unaryexpr", token.start, [self._with_suffixes()])
        raise GrammarError(token.start, f"got {token}, want primary expression")

    def _parenthesized(self) -> Node:
        start = self._next().start
        if self._kind == ")":
            self._next()
            return Node("tupleexpr", start, [])
        value = self._expression(in_parens=True)
        self._consume(")")
        return Node("parenexpr", start, value)

    def _list(self) -> Node:
        start = self._next().start
        if self._kind == "]":
            self._next()
            return Node("listexpr", start, [])
        first = self._test()
        if self._kind == "for":
            return self._comprehension(start, [first], "]")
        items = self._more([first], trailing_comma=True)
        self._consume("]")
        return Node("listexpr", start, items)

    def _dict(self) -> Node:
        start = self._next().start
        if self._kind == "}":
            self._next()
            return Node("dictexpr", start, [])
        entry = self._entry()
        if self._kind == "for":
            return self._comprehension(start, entry, "}")
        entries = entry
        while self._kind == ",":
            self._next()
            if self._kind == "}":
                break
            entries += self._entry()
        self._consume("}")
        return Node("dictexpr", start, entries)

    def _entry(self) -> list[Node]:
        key = self._test()
        self._consume(":")
        return [key, self._test()]

    def _comprehension(self, start: int, body: list[Node], end: str) -> Node:
        """Parts: the body's expressions; the clauses: ("for", variables, values) or ("if", condition)."""
        clauses: list[tuple[Any, ...]] = []
        while self._kind != end:
            if self._kind == "for":
                self._next()
                variables = self._loop_variables()
                self._consume("in")
                clauses.append(("for", variables, self._binary(0)))
            elif self._kind == "if":
                self._next()
                clauses.append(("if", self._unconditional()))
            else:
                self._complain(f"got {self._token}, want '{end}', for, or if")
        self._next()
        return Node("comprehension", start, body, clauses)

    def _loop_variables(self) -> Node:
        first = self._with_suffixes()
        if self._kind != ",":
            return first
        variables = [first]
        while self._kind == ",":
            self._next()
            if self._kind in _END_OF_LIST:
                break
            variables.append(self._with_suffixes())
        return Node("tupleexpr", first.start, variables)


def _symbol(token: Token) -> Node:
    """The identifier in a string: it starts after the quote."""
    return Node("ident", token.start + 1, token.text.strip("rb").strip("\"'"))
