"""A built-in as a function of a stub."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter as Kind
from inspect import cleandoc, signature
from keyword import iskeyword
from typing import Any

from tiltfile_ext.starkit import Builtin, Parameter, SignatureError, Thread
from tiltfile_ext.starkit._signature import annotations_of
from tiltfile_ext.stubs._text import function
from tiltfile_ext.stubs._types import Types

_PLAIN_DEFAULTS = (bool, int)
_STARS: Mapping[Any, str] = {Kind.VAR_POSITIONAL: "*", Kind.VAR_KEYWORD: "**"}


def builtin_stub(builtin: Builtin, types: Types, *, in_class: bool) -> str:
    """The text of *builtin*, under the last part of its name."""
    hints = _hints(builtin.body)
    if builtin.signature.open_ended:
        parameters = list(_python_parameters(builtin.body, hints, types))
    else:
        parameters = list(_parameters(builtin.parameters, builtin.signature.positional, hints, types))
    result = types.given(hints.get("return", Any))
    decorators = ("staticmethod",) if in_class else ()
    name = builtin.name.rpartition(".")[2]
    return function(name, parameters, result, _doc(builtin), decorators)


def method_stub(name: str, body: Callable[..., Any], types: Types) -> str:
    """The text of the method *name* of a value, whose signature is that of the function *body*."""
    hints = _hints(body)
    parameters = ["self", *(text for text in _python_parameters(body, hints, types) if text != "self: Any")]
    return function(name, parameters, types.given(hints.get("return", Any)), body.__doc__ or "")


def _hints(body: Callable[..., Any]) -> dict[str, Any]:
    try:
        return annotations_of(body)
    except (NameError, SignatureError):  # an annotation that only type checkers can read
        return {}


def _parameters(
    declared: tuple[Parameter, ...], positional: int, hints: Mapping[str, Any], types: Types
) -> Iterator[str]:
    optional = False
    for place, parameter in enumerate(declared):
        if place == positional:
            yield "*"
        # Python has no required parameter behind one that may be left out
        optional = place != positional and (optional or not parameter.required)
        taken = types.taken(hints.get(parameter.name, Any))
        if iskeyword(parameter.name):
            yield "**others: Any"
            return
        written = f"{parameter.name}: {taken}"
        yield written if parameter.required and not optional else f"{written} = {_default(parameter, taken)}"


def _default(parameter: Parameter, taken: str) -> str:
    """The default where a stub can show it, which is where it is a value that may be passed."""
    value = parameter.default
    spelled = "None" if value is None else type(value).__name__
    if not {"Any", spelled}.intersection(taken.split(" | ")):
        return "..."
    if type(value) is str and value.isprintable():
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value) if value is None or type(value) in _PLAIN_DEFAULTS else "..."


def _python_parameters(body: Any, hints: Mapping[str, Any], types: Types) -> Iterator[str]:
    """The parameters of a body whose call is not bound by its signature: it checks them itself."""
    starred = False
    for name, parameter in signature(body).parameters.items():
        if hints.get(name) is Thread:
            continue
        if parameter.kind is Kind.KEYWORD_ONLY and not starred:
            yield "*"
        starred = starred or parameter.kind in (Kind.VAR_POSITIONAL, Kind.KEYWORD_ONLY)
        star = _STARS.get(parameter.kind, "")
        default = "" if parameter.kind in _STARS or parameter.default is Kind.empty else " = ..."
        yield f"{star}{name}: {types.taken(hints.get(name, Any))}{default}"


def _doc(builtin: Builtin) -> str:
    """The docstring, and what each parameter takes in words."""
    text = cleandoc(builtin.body.__doc__ or "")
    rows = [f"    {each.name}: {each.accepts}" for each in builtin.parameters if each.accepts]
    return "\n".join([text, "", "Args:", *rows]).strip() if rows else text
