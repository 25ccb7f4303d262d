"""Calls with wrong arguments, in Tilt's words; the frame of the function called comes with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tiltfile_ext.starkit import _arity
from tiltfile_ext.starkit._errors import Frame
from tiltfile_ext.starkit._nodes import kind, walk
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit.rewrite import bound_names

if TYPE_CHECKING:
    from tiltfile_ext.starkit._wording import Fault
    from tiltfile_ext.starkit.rewrite import Source

_MISSING = pattern(r"Missing (?:named-only |positional-only )?parameter `(\w+)` for call to `(.*)`")
_EXTRA = pattern(r"Found (\d+) extra positional argument\(s\) for call to (.*)")
_UNKNOWN = pattern(r"Found `(\w+)`(?: `\w+`)* extra named parameter\(s\) for call to (.*)", re.DOTALL)
_TWICE = pattern(r"Argument `(\w+)` occurs more than once")
_COUNT = pattern(
    r"Wrong number of positional arguments, expected (?:between )?(\d+)(?: and (\d+))?, got (\d+)"
)


def binding_fault(fault: Fault) -> bool:
    """Whether *fault* is about the arguments of a call; it is reworded then."""
    message = fault.message
    count = _COUNT.fullmatch(message)
    if count:
        _native(fault, int(count[3]), int(count[1]), int(count[2] or count[1]))
        return True
    named = _MISSING.fullmatch(message) or _EXTRA.fullmatch(message) or _UNKNOWN.fullmatch(message)
    if named:
        _of_function(fault, named[2].strip("`"), named)
        return True
    twice = _TWICE.fullmatch(message)
    if twice:
        name, found = _callee(fault)
        _say(fault, name, f'got multiple values for parameter "{twice[1]}"', found)
        return True
    return False


def _callee(fault: Fault) -> tuple[str, tuple[Source, Any] | None]:
    """The function that the node calls, as far as its text tells: name and definition."""
    function = getattr(fault.node, "func", None)
    if fault.source is None:
        return "lambda", None
    if kind(function) == "Lambda":
        return "lambda", (fault.source, function)
    name = getattr(function, "id", "")
    for node in walk(fault.source.tree):
        if kind(node) == "FunctionDef" and node.name == name:
            return name, (fault.source, node)
        if kind(node) == "Assign" and kind(node.value) == "Lambda" and name in bound_targets(node):
            return "lambda", (fault.source, node.value)
    return name or "lambda", None


def bound_targets(node: Any) -> list[str]:
    """The names that an assignment binds, one by one."""
    return [each.id for each in node.targets if kind(each) == "Name"]


def _native(fault: Fault, given: int, least: int, most: int) -> None:
    name = fault.method
    if name != "pop":  # that of lists takes others than that of dicts
        least, most = _arity.METHODS.get(name, (least, most))
    fault.builtin, fault.message = name, _arity.arguments_message(name, given, least, most)


def _of_function(fault: Fault, qualified: str, match: re.Match[str]) -> None:
    name = qualified.rpartition(".")[2]
    if qualified.startswith("@") or match[2] == "function":
        _of_builtin(fault, name if match[2] != "function" else fault.method, match)
        return
    found = fault.find(qualified)
    if found is None:
        return
    _say(fault, name, _text(fault.node, found[1].args, match), found)


def _of_builtin(fault: Fault, name: str, match: re.Match[str]) -> None:
    name = name.removeprefix("tilt_m_")
    fault.builtin = name
    if match.re is _UNKNOWN or (kind(fault.node) == "Call" and fault.node.keywords):
        if name in _arity.NO_KEYWORDS:
            fault.message = f"{name} does not accept keyword arguments"
        else:
            fault.message = f"{name}: unexpected keyword arguments"
        return
    least, most = _arity.FUNCTIONS.get(name) or _arity.METHODS.get(name, (1, 1))
    given = len(fault.node.args) if kind(fault.node) == "Call" else 0
    fault.message = _arity.arguments_message(name, given, least, most)


def _text(call: Any, parameters: Any, match: re.Match[str]) -> str:
    positional = [each.arg for each in parameters.args]
    exact = _in_order(call, parameters, positional)
    if exact:
        return exact
    if match.re is _UNKNOWN:
        if not positional and not parameters.kwonlyargs:
            return _no_arguments(call)
        return f'got an unexpected keyword argument "{match[1]}"'
    if match.re is _EXTRA:
        if not positional and not parameters.kwonlyargs and not parameters.kwarg:
            return _no_arguments(call, int(match[1]))
        return _too_many(parameters, positional, int(match[1]) + len(positional))
    missing = list(_missing(call, parameters)) or [match[1]]
    return f"missing {len(missing)} argument{'' if len(missing) == 1 else 's'} ({', '.join(missing)})"


def _too_many(parameters: Any, positional: list[str], given: int) -> str:
    limit = "at most " if parameters.defaults else ""
    plural = "" if len(positional) == 1 else "s"
    return f"accepts {limit}{len(positional)} positional argument{plural} ({given} given)"


def _in_order(call: Any, parameters: Any, positional: list[str]) -> str:
    """The first fault that Tilt would find in a call without ``*`` and ``**``; "" where it is another."""
    if kind(call) != "Call" or any(kind(each) == "Starred" for each in call.args):
        return ""
    if not (positional or parameters.kwonlyargs or parameters.vararg or parameters.kwarg):
        return _no_arguments(call)
    if len(call.args) > len(positional) and not parameters.vararg:
        return _too_many(parameters, positional, len(call.args))
    known = {*positional, *(each.arg for each in parameters.kwonlyargs)}
    unknown = [name for name in _keyword_names(call) if name not in known]
    return f'got an unexpected keyword argument "{unknown[0]}"' if unknown and not parameters.kwarg else ""


def _keyword_names(call: Any) -> Iterator[str]:
    for each in call.keywords:
        if each.arg:
            yield each.arg
        elif kind(each.value) == "Dict":
            yield from (key.value for key in each.value.keys if isinstance(getattr(key, "value", None), str))


def _no_arguments(call: Any, given: int = 0) -> str:
    if kind(call) == "Call":
        given = len(call.args) + len(call.keywords)
    return f"accepts no arguments ({given} given)"


def _missing(call: Any, parameters: Any) -> Iterator[str]:
    is_call = kind(call) == "Call"
    if is_call and (
        any(kind(each) == "Starred" for each in call.args) or any(not k.arg for k in call.keywords)
    ):
        return
    given = len(call.args) if is_call else 0
    named = {each.arg for each in call.keywords} if is_call else set()
    required = parameters.args[: len(parameters.args) - len(parameters.defaults)]
    for each in required[given:]:
        if each.arg not in named:
            yield each.arg
    for each, default in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True):
        if default is None and each.arg not in named:
            yield each.arg


def _say(fault: Fault, name: str, text: str, found: tuple[Source, Any] | None) -> None:
    fault.message = f"function {name} {text}"
    if found is not None:
        source, definition = found
        fault.frame = Frame(source.position(_first_operation(source, definition)), name)


def _first_operation(source: Source, definition: Any) -> int:
    """Where Tilt says that a function starts: at its first operation that has a place, if it comes first."""
    node = definition.body[0] if isinstance(definition.body, list) else definition.body
    known = bound_names(definition) | {name for name, _, _ in source.globals()}
    while True:
        match kind(node):
            case "Name":
                return source.places.start(node if node.id in known else definition)
            case "Lambda" | "FunctionDef":
                return source.places.start(node)
            case "AugAssign":
                node = node.target
                continue
        field = _FIRST.get(kind(node))
        inner = getattr(node, field, None) if field else None
        node = inner[0] if isinstance(inner, list) and inner else inner
        if node is None or isinstance(node, list):
            return source.places.start(definition)


#: what is evaluated first in a node; nothing for those that begin with a constant, a new list or a dict
_FIRST = {
    "Assign": "value",
    "Attribute": "value",
    "BinOp": "left",
    "BoolOp": "values",
    "Call": "func",
    "Compare": "left",
    "Expr": "value",
    "For": "iter",
    "If": "test",
    "IfExp": "test",
    "List": "elts",
    "Return": "value",
    "Starred": "value",
    "Subscript": "value",
    "Tuple": "elts",
    "UnaryOp": "operand",
    "While": "test",
}


def local_names(fault: Fault) -> set[str]:
    """The names that are local where *fault* happened."""
    if fault.source is None or fault.node is None:
        return set()
    places = fault.source.places
    at = places.start(fault.node)
    names: set[str] = set()
    for each in walk(fault.source.tree):
        if kind(each) in ("FunctionDef", "Lambda") and places.start(each) <= at < places.end(each):
            names |= bound_names(each)
    return names
