"""Variables in text: ``$A``, ``${A}``, ``${A:-default}``, ``${A:?reason}``, ``${A:+other}``; ``$$`` is "$".

Facts: compose-go's template.go. The text after an operator reaches to the last "}" of the line; what stands
behind the "}" that closes the variable is read again. An operator with ":" takes an empty value for none.
"""

from __future__ import annotations

from collections.abc import Callable

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.compose.errors import ComposeError

#: a variable's value, None where it is not set
Lookup = Callable[[str], "str | None"]
Warn = Callable[[str], None]

_VARIABLE = pattern(
    r"\$(?i:(?P<escaped>\$)|(?P<named>[_a-z][_a-z0-9]*)"
    r"|{(?:(?P<braced>[_a-z][_a-z0-9]*(?::?[-+?](?:.*))?)}|(?P<invalid>)))"
)
_OPERATORS = (":?", "?", ":-", "-", ":+", "+")


def silent(_: str) -> None:
    """Drop a warning."""


def substitute(text: str, lookup: Lookup, warn: Warn = silent) -> str:
    """*text* with its variables replaced; one that is not set is "", and warned of.

    Raises:
        ComposeError: a "${" that starts no variable, or a required variable that is missing.
    """
    return _VARIABLE.sub(lambda found: _replaced(found.group(), text, lookup, warn), text)


def _replaced(found: str, text: str, lookup: Lookup, warn: Warn) -> str:
    operator = _operator(found)
    end = _closing_brace(found)
    variable, rest = (found[: end + 1], found[end + 1 :]) if end >= 0 else (found, "")
    parts = _VARIABLE.search(variable)
    if parts is None or parts["invalid"] is not None:
        raise ComposeError(f"Invalid template: {text!r}")
    if parts["escaped"]:
        return "$"
    if parts["braced"] and operator in parts["braced"]:
        return _operated(parts["braced"], operator, lookup, warn) + substitute(rest, lookup, warn)
    return _value(parts["named"] or parts["braced"], lookup, warn)


def _value(name: str, lookup: Lookup, warn: Warn) -> str:
    value = lookup(name)
    if value is None:
        warn(f'The "{name}" variable is not set. Defaulting to a blank string.')
    return value or ""


def _operator(found: str) -> str:
    """The first operator anywhere in *found*."""
    places = [(found.index(operator), operator) for operator in _OPERATORS if operator in found]
    return min(places, key=lambda place: place[0])[1] if places else _OPERATORS[0]


def _closing_brace(text: str) -> int:
    """Where the first "{" is closed, -1 if nowhere. The sign after a "{" is not looked at."""
    depth = at = 0
    while at < len(text):
        if text[at] == "}":
            depth -= 1
            if depth == 0:
                return at
        if text[at] == "{":
            depth += 1
            at += 1
        at += 1
    return -1


def _operated(expression: str, operator: str, lookup: Lookup, warn: Warn) -> str:
    name, _, operand = expression.partition(operator)
    value = lookup(name)
    present = value is not None and not (operator[0] == ":" and value == "")
    if operator[-1] == "+":
        present = not present
    if present:
        return value or ""
    operand = substitute(operand, lookup, warn)
    if operator[-1] == "?":
        reason = f": {operand}" if operand else ""
        raise ComposeError(f"required variable {name} is missing a value{reason}")
    return operand
