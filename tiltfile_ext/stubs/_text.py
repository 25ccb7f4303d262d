"""How a stub is laid out: lines, docstrings and signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import indent

_WIDTH = 100


def function(
    name: str, parameters: Sequence[str], result: str, doc: str, decorators: Iterable[str] = ()
) -> str:
    """The text of a function with its docstring for a body."""
    head = f"def {name}({', '.join(parameters)}) -> {result}:"
    if len(head) > _WIDTH:
        lines = "".join(f"    {parameter},\n" for parameter in parameters)
        head = f"def {name}(\n{lines}) -> {result}:"
    text = _block(head, [docstring(doc)]) if doc else f"{head} ..."
    return "\n".join((*(f"@{each}" for each in decorators), text))


def class_(name: str, bases: Iterable[str], doc: str, members: Iterable[str]) -> str:
    """The text of a class."""
    inside = ", ".join(bases)
    return _block(f"class {name}({inside}):" if inside else f"class {name}:", [docstring(doc), *members])


def docstring(text: str) -> str:
    """*text* in quotes; ``...`` if there is none."""
    lines = list(_clean(text))
    if not lines:
        return "..."
    quoted = "\n".join(lines).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if len(lines) > 1:
        return f'"""{quoted}\n"""'
    return f'"""{quoted} """' if quoted.endswith('"') else f'"""{quoted}"""'


def _clean(text: str) -> Iterator[str]:
    """The lines of a docstring without the indentation of its source."""
    from inspect import cleandoc

    return iter(cleandoc(text).splitlines())


def _block(head: str, body: Iterable[str]) -> str:
    return f"{head}\n{indent(chr(10).join(body), ' ' * 4)}"
