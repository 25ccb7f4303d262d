"""Starlark-rust's messages in the words of starlark-go.

Most rules are a pattern and a text. The others need the node of the syntax tree that failed, for what
the interpreter does not say: which operator, how many arguments, whether a variable is global.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit import _arity
from tiltfile_ext.starkit._binding import binding_fault, local_names
from tiltfile_ext.starkit._nodes import kind
from tiltfile_ext.starkit._prelude import METHODS
from tiltfile_ext.starkit._spelling import nearest, no_attribute

if TYPE_CHECKING:
    from tiltfile_ext.starkit._errors import Frame
    from tiltfile_ext.starkit.rewrite import Source

    Rule = tuple[str, Callable[["Fault", re.Match[str]], str | None]]


class Fault:
    """A message of the interpreter, and what it is about.

    Attributes:
        message: what was wrong; reworded by `translate`.
        builtin: the built-in function that says so, "" if it is the code itself.
        frame: a frame that Tilt would add: that of the function called wrongly.
        node: the node that failed, in the file ``source``; each None where unknown.
        helper: the function of the prelude that failed, "" for code of a file.
        find: finds the definition of a function by the interpreter's name for it.
        probe: what the function ``type`` or ``dir`` says of a variable of the file, None where unknown.
        caller: the public function of the prelude that ``helper`` works for, "" if none.
    """

    def __init__(
        self,
        message: str,
        *,
        node: Any = None,
        source: Source | None = None,
        helper: str = "",
        find: Callable[[str], tuple[Source, Any] | None] = lambda _: None,
        probe: Callable[[str, Any], Any] = lambda *_: None,
        caller: str = "",
    ) -> None:
        self.message = message
        self.node = node
        self.source = source
        self.helper = helper
        self.find = find
        self.probe = probe
        self.caller = caller
        self.builtin = ""
        self.frame: Frame | None = None

    @property
    def method(self) -> str:
        """The name of the function or method that failed: of the prelude, or called by the node."""
        if self.helper.startswith("tilt_m_"):
            return self.helper[len("tilt_m_") :]
        if self.helper and not self.helper.startswith(("p_", "tilt_")):
            return self.helper
        function = self.node.func if kind(self.node) == "Call" else None
        if self.helper:
            return self.caller
        return getattr(function, "attr", "") or getattr(function, "id", "")

    def in_builtin(self, message: str) -> str:
        """Say *message* as the built-in that failed would."""
        self.builtin = self.method
        return f"{self.method}: {message}" if self.method else message


def translate(fault: Fault) -> Fault:
    """*fault* in Tilt's words."""
    if binding_fault(fault):
        return fault
    for pattern, rule in _RULES:
        match = re.fullmatch(pattern, fault.message, re.DOTALL)
        text = rule(fault, match) if match else None
        if text is not None:
            fault.message = text
            return fault
    return fault


# ---- types ------------------------------------------------------------------------------------------

_TYPES = {
    "opaque_python_object": "blob",
    "rust_decimal": "blob",
    "native_function": "builtin_function_or_method",
    "python_callable_value": "builtin_function_or_method",
    "iterator": "string.elems",
}


def _type(name: str, fault: Fault, node: Any = None) -> str:
    """The name that Tilt has for the interpreter's type *name*, the type of *node*."""
    if name in ("struct", "function", "opaque_python_object"):
        known = fault.probe("type", node) or _called_type(node)
        if known:
            return known
    return _TYPES.get(name, name)


def _called_type(node: Any) -> str:
    """What a call surely makes."""
    if kind(getattr(node, "value", None)) == "bytes":
        return "bytes"
    function = getattr(node, "func", None) if kind(node) == "Call" else None
    name = getattr(function, "id", "")
    return name if name in ("set", "module", "struct", "blob") else ""


def _operands(node: Any) -> tuple[Any, Any]:
    match kind(node):
        case "BinOp":
            return node.left, node.right
        case "Compare":
            return node.left, node.comparators[0]
        case "AugAssign":
            return node.target, node.value
        case "Subscript":
            return node.value, node.slice
    return None, None


_SIGNS = {"Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}


def _comparison(fault: Fault, match: re.Match[str]) -> str:
    left, right = _operands(fault.node)
    sign = _SIGNS.get(kind(fault.node.ops[0]), "<") if kind(fault.node) == "Compare" else "<"
    sign = {"tilt_le": "<=", "tilt_gt": ">", "tilt_ge": ">="}.get(fault.helper, sign)
    if fault.helper in ("sorted", "max", "min"):
        fault.builtin = fault.helper
    return f"{_type(match[1], fault, left)} {sign} {_type(match[2], fault, right)} not implemented"


def _binary(fault: Fault, match: re.Match[str]) -> str:
    left, right = _operands(fault.node)
    first, second = _type(match[2], fault, left), _type(match[3], fault, right)
    if match[1] == "[]":
        return f"unhandled index operation {first}[{second}]"
    if match[1] in ("<<", ">>") and first == "int":
        return f"got {second}, want int"
    return f"unknown binary op: {first} {match[1].removesuffix('=')} {second}"


def _unary(fault: Fault, match: re.Match[str]) -> str:
    return f"unknown unary op: {match[1]} {_type(match[2], fault, getattr(fault.node, 'operand', None))}"


def _iterated(fault: Fault, match: re.Match[str]) -> str:
    node = fault.node
    if kind(node) == "Assign":
        return f"got {_type(match[1], fault, node.value)} in sequence assignment"
    if fault.method and kind(node) == "Call" and not fault.helper:
        return fault.in_builtin(f"for parameter 1: got {_type(match[1], fault)}, want iterable")
    if kind(node) == "AugAssign":
        return f"unknown binary op: list + {_type(match[1], fault, node.value)}"
    return f"{_type(match[1], fault, getattr(node, 'iter', None))} value is not iterable"


def _attribute(fault: Fault, match: re.Match[str]) -> str:
    value = getattr(fault.node, "value", None)
    name = _type(match[1], fault, value)
    names = METHODS.get(name) or fault.probe("dir", value) or [match[3] or "$"]
    return no_attribute(name, match[2], [each for each in names if not each.startswith("$")])


def _assigned_attribute(fault: Fault, match: re.Match[str]) -> str:
    target = fault.node.targets[0] if kind(fault.node) == "Assign" else fault.node
    return f"can't assign to .{match[1]} field of {_type(match[2], fault, getattr(target, 'value', None))}"


def _called(fault: Fault, match: re.Match[str]) -> str:
    return f"invalid call of non-function ({_type(match[1], fault, getattr(fault.node, 'func', None))})"


def _unhashable(fault: Fault, match: re.Match[str]) -> str:
    name = match[1]
    key = getattr(fault.node, "key", None)
    if name in ("list", "opaque_python_object", "dict") and key is not None:
        name = fault.probe("type", key) or _called_type(key) or name
    name = _TYPES.get(name, name)
    message = f"unhashable: {name}" if name == "range" else f"unhashable type: {name}"
    if fault.method == "pop":
        return fault.in_builtin("missing key")
    if fault.method in ("add", "discard", "remove", "setdefault", "get", "set", "dict", "update"):
        return fault.in_builtin(message)
    return message


def _unassigned(fault: Fault, match: re.Match[str]) -> str:
    where = "local" if match[1] in local_names(fault) else "global"
    return f"{where} variable {match[1]} referenced before assignment"


def _out_of_bound(fault: Fault, match: re.Match[str]) -> str:
    index = int(match[1])
    node = fault.node
    if kind(node) == "Subscript" and kind(node.slice) == "Slice":
        return "zero is not a valid slice step"
    if fault.method == "pop":
        return fault.in_builtin(
            "index -1 out of range: empty list" if index == -1 else f"list index {index} out of range"
        )
    return f"index {index} out of range"


#: what a method does to a list or a dict that may not be changed
_LIST_VERBS = {
    "append": "append to",
    "clear": "clear",
    "extend": "extend",
    "insert": "insert into",
    "pop": "pop from",
    "remove": "remove from",
}
_TABLE_VERBS = {
    "add": "insert into",
    "clear": "clear",
    "discard": "delete from",
    "pop": "delete from",
    "popitem": "delete from",
    "remove": "delete from",
    "setdefault": "insert into",
    "update": "insert into",
}


def _unchangeable(fault: Fault, frozen: bool) -> str:  # noqa: PLR0911  # one for each kind of change
    before, after = ("frozen ", "") if frozen else ("", " during iteration")
    name = fault.method
    if fault.helper in ("tilt_iadd", "tilt_item_add") or (
        not fault.helper and kind(fault.node) == "AugAssign"
    ):
        pipe = "bitor" in kind(getattr(fault.node, "op", None)).lower()
        return (
            f"cannot apply |= to {before}hash table{after}"
            if pipe
            else f"cannot apply += to {before}list{after}"
        )
    if fault.helper == "tilt_ior":
        return f"cannot apply |= to {before}hash table{after}"
    if name in _LIST_VERBS and not _is_table(fault, name):
        return fault.in_builtin(f"cannot {_LIST_VERBS[name]} {before}list{after}")
    if name == "clear":
        fault.builtin = name
        return f"cannot clear {before}hash table{after}"
    if name in _TABLE_VERBS:
        return fault.in_builtin(f"cannot {_TABLE_VERBS[name]} {before}hash table{after}")
    if fault.helper == "p_set_list_item":
        return f"cannot assign to element of {before}list{after}"
    return f"cannot insert into {before}hash table{after}"


def _is_table(fault: Fault, name: str) -> bool:
    """Whether a method that lists have too was called on a dict."""
    node = fault.node
    receiver = getattr(getattr(node, "func", None), "value", None)
    known = fault.probe("type", receiver) or {"Dict": "dict", "List": "list"}.get(kind(receiver), "")
    if known:
        return known != "list"
    arguments = getattr(node, "args", [])
    return name == "pop" and bool(arguments) and isinstance(getattr(arguments[0], "value", None), str)


def _missing_symbol(fault: Fault, match: re.Match[str]) -> str:
    name, guess = match[1] or match[3], match[2]
    first = fault.node.args[0] if kind(fault.node) == "Call" and fault.node.args else None
    hint = nearest(name, [guess]) if guess else ""
    suffix = f" (did you mean {hint}?)" if hint else ""
    return f"load: name {name} not found in module {getattr(first, 'value', '?')}{suffix}"


def _wrong_parameter(fault: Fault, match: re.Match[str]) -> str:
    want = {"str": "string", "None | str": "string", "None | int": "int"}.get(match[2], match[2])
    got = _type(match[3], fault)
    if match[1] in ("start", "end"):
        return fault.in_builtin(f"invalid {match[1]} index: got {got}, want {want}")
    if match[1] == "sep":
        return fault.in_builtin(f"got {got} for separator, want string")
    place = _arity.NATIVE_PLACES.get(match[1], 1)
    return fault.in_builtin(f"for parameter {place}: got {_type(match[3], fault)}, want {want}")


def _unpacked(_: Fault, match: re.Match[str]) -> str:
    got, want = int(match[1]), int(match[2])
    return f"too {'many' if got > want else 'few'} values to unpack (got {got}, want {want})"


def _fixed(text: str) -> Callable[[Fault, re.Match[str]], str]:
    return lambda _, match: match.expand(text) if "\\" in text else text


def _method(text: str) -> Callable[[Fault, re.Match[str]], str]:
    return lambda fault, match: fault.in_builtin(match.expand(text) if "\\" in text else text)


def _divided(fault: Fault, _: re.Match[str]) -> str:
    is_modulo = kind(getattr(fault.node, "op", None)) == "Mod" or fault.helper == "tilt_mod"
    return "floating-point modulo by zero" if is_modulo else "floored division by zero"


def _operand(fault: Fault, match: re.Match[str]) -> str | None:
    """An operand of ``in "text"``, or a bound of a slice."""
    got = _type(match[1], fault)
    if kind(fault.node) == "Compare":
        return f"'in <string>' requires string as left operand, not {got}"
    if kind(fault.node) != "Subscript" or kind(fault.node.slice) != "Slice":
        return None
    parts = (("start", fault.node.slice.lower), ("end", fault.node.slice.upper))
    wrong = [
        name for name, part in parts if part is not None and not isinstance(getattr(part, "value", 0), int)
    ]
    return f"invalid {wrong[0] if wrong else 'start'} index: got {got}, want int"


_RULES: list[Rule] = [
    (r"Operation `(?:compare|cmp\(\)|<>)` not supported for types `(\w+)` and `(\w+)`", _comparison),
    (r"Operation `(\S+)` not supported for types `(\w+)` and `(\w+)`", _binary),
    (r"Operation `([-+~])` not supported on type `(\w+)`", _unary),
    (r"Operation `call\(\)` not supported on type `(\w+)`", _called),
    (r"Operation `(?:\(iter\)|len\(\))` not supported on type `(\w+)`", _iterated),
    (r"Operation `\.(\w+)=` not supported on type `(\w+)`", _assigned_attribute),
    (r"Object of type `(\w+)` has no attribute `([^`]+)`(?:, did you mean `([^`]+)`\?)?", _attribute),
    (r"Key `(.*)` was not found", _fixed(r"key \1 not in dict")),
    (r"Value of type `(\w+)` is not hashable", _unhashable),
    (r"Floor division by zero.*", _fixed("floored division by zero")),
    (r"float division by zero.*", _fixed("floating-point division by zero")),
    (r"Modulo by zero.*", _fixed("integer modulo by zero")),
    (r"Cannot divide by zero", _divided),
    (r"Dictionary key repeated for `(.*)`", _fixed(r"duplicate key: \1")),
    (r"Unpacked (\d+) values but expected (\d+)", _unpacked),
    (r"(?:Local|Global) variable `(.+)` referenced before assignment", _unassigned),
    (r"Index `(-?\d+)` is out of bound", _out_of_bound),
    (r"Immutable", lambda fault, _: _unchangeable(fault, frozen=True)),
    (r"This operation mutates an iterable .*", lambda fault, _: _unchangeable(fault, frozen=False)),
    (
        r"Module has no symbol `(\w+)`(?:, did you mean `(\w+)`\?)?|Module symbol `(\w+)` is not exported.*",
        _missing_symbol,
    ),
    (r"Substring '.*' not found in '.*'", _method("substring not found")),
    (r"Element '.*' not found in list '.*'", _method("element not found")),
    (r"Element '.*' not found in '.*'", _method("value not in list")),
    (r"Key `.*` not found in dictionary `.*`", _method("missing key")),
    (r"Cannot \.popitem\(\) on an empty dictionary", _method("empty dict")),
    (r"Empty separator cannot be used for partitioning", _method("empty separator")),
    (
        r"Type of parameter `to_join` doesn't match.*actual `(\w+).*",
        lambda fault, match: fault.in_builtin("in list, want string, got " + _type(match[1], fault)),
    ),
    (r"Type of parameter `(\w+)` doesn't match, expected `(.*?)`, actual `(\w+).*", _wrong_parameter),
    (r"Type of parameters mismatch, expected `\w+`, actual `(\w+) .*", _operand),
    (r"Expected `int`, but got `(\w+) .*", _operand),
    (
        r"Operation `\[::\]` not supported on type `(\w+)`",
        lambda f, m: "invalid slice operand " + _type(m[1], f),
    ),
    (r"Integer value is too big to fit in i32: (\d+)", _fixed(r"repeat count \1 too large")),
    (r"Too many recursion levels", _fixed("comparison exceeded maximum recursion depth")),
    (r"Not enough arguments for format string", _fixed("not enough arguments for format string")),
    (r"Too many arguments for format string", _fixed("too many arguments for format string")),
    (r"Starlark call stack overflow", _fixed("stack overflow: calls are nested too deeply")),
]
