"""``.env`` files: ``NAME=value`` lines, quotes, comments, ``export``, and variables in values.

Facts: compose-go's dotenv. Values in single quotes are taken as they are; others have their variables
replaced, from the environment first, then from the lines above.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.template import Lookup, substitute

_BLANKS = "\t\v\f\r \x85\xa0"
_EXPORT = pattern(r"export\s+")
_ESCAPE = pattern(r"\\(?:[abcfnrtv$\"\\]|0\d{0,3})")
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}
_SIGNS_IN_NAMES = "_.-[]"


def parse(text: str, variables: MutableMapping[str, str], lookup: Lookup) -> None:
    """Add the variables of *text* to *variables*.

    Raises:
        ComposeError: a line that is none, or a variable in a value that is required and missing.
    """
    rest = text.removeprefix("\ufeff")
    while rest := _statement(rest):
        name, rest, inherited = _name(rest)
        if " " in name:
            raise ComposeError("key cannot contain a space")
        if inherited:
            value = lookup(name)
            if value is not None:
                variables[name] = value
        else:
            variables[name], rest = _value(rest, variables, lookup)


def _statement(text: str) -> str:
    """*text* from its first sign that is neither blank nor comment."""
    text = text.lstrip()
    while text.startswith("#"):
        _, _, text = text.partition("\n")
        text = text.lstrip()
    return text


def _name(text: str) -> tuple[str, str, bool]:
    """A name, the text after it, and whether no "=" or ":" follows: then its value is inherited."""
    if _EXPORT.match(text):
        text = text.removeprefix("export").lstrip(_BLANKS)
    for at, sign in enumerate(text):
        if sign in "=:\n":
            return text[:at].rstrip(), text[at + 1 :].lstrip(_BLANKS), sign == "\n"
        if not (sign in _BLANKS or sign in _SIGNS_IN_NAMES or sign.isalpha() or sign.isnumeric()):
            line = text.partition("\n")[0]
            raise ComposeError(f'unexpected character "{sign}" in variable name "{line}"')
    if not text:
        raise ComposeError("zero length string")
    return "", text.lstrip(_BLANKS), False


def _value(text: str, variables: MutableMapping[str, str], lookup: Lookup) -> tuple[str, str]:
    def known(name: str) -> str | None:
        found = lookup(name)
        return variables.get(name) if found is None else found

    if text[:1] in ("'", '"'):
        value, rest = _quoted(text)
        return (substitute(_unescaped(value), known) if text[0] == '"' else value), rest
    line, _, rest = text.partition("\n")
    return substitute(line.partition(" #")[0].rstrip(), known), rest


def _quoted(text: str) -> tuple[str, str]:
    """The text between quotes, escapes kept but for the quote's own, and what follows."""
    quote, at = text[0], 1
    signs: list[str] = []
    while at < len(text):
        sign = text[at]
        if sign == quote:
            return "".join(signs), text[at + 1 :]
        if sign == "\\" and at + 1 < len(text):
            at += 1
            signs.append(text[at] if text[at] == quote else "\\" + text[at])
        elif sign != "\\":
            signs.append(sign)
        at += 1
    raise ComposeError(f"unterminated quoted value {text.partition(chr(10))[0]}")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _meaning(found.group()), text)


def _meaning(escape: str) -> str:
    if escape == "\\$":
        return "$$"  # which variables are spared from
    if escape[1] == "0":
        digits = escape[2:]
        valid = re.fullmatch("[0-7]{3}", digits) is not None and int(digits, 8) < 256  # noqa: PLR2004  # a byte
        return chr(int(digits, 8)) if valid else "\\" + digits
    return _ESCAPED.get(escape[1], escape)
