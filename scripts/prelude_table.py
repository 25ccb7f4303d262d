"""Writes ``tiltfile_ext/starkit/_prelude_table.py`` from the prelude: ``python scripts/prelude_table.py``."""

import ast
import symtable
from collections.abc import Iterator
from pathlib import Path

from tiltfile_ext.starkit._prelude import NATIVES, core_texts

TABLE = Path(__file__).parent.parent / "tiltfile_ext/starkit/_prelude_table.py"
_HEAD = '''\
"""Where the definitions of the prelude are, and what they need; written by ``scripts/prelude_table.py``."""

# fmt: off
#: name -> file, first line, last line, the names that it mentions
TABLE = {
'''


def table() -> str:
    """The text of the table."""
    rows = [row for file, text in core_texts() for row in _rows(file, text)]
    return _HEAD + "".join(rows) + "}\n"


def _rows(file: str, text: str) -> Iterator[str]:
    # a definition in Starlark is one in Python, too
    for node in ast.parse(text).body:
        name = node.name if isinstance(node, ast.FunctionDef) else node.targets[0].id
        # the natives mention the interpreter's functions, not ours of the same names
        names = () if file == NATIVES else sorted(_mentioned(ast.unparse(node)) - {name})
        yield f'    "{name}": ("{file}", {node.lineno}, {node.end_lineno}, "{" ".join(names)}"),\n'


def _mentioned(definition: str) -> set[str]:
    """The names in a definition that it does not bind itself."""
    top = symtable.symtable(definition, "prelude", "exec")
    names = {each.get_name() for each in top.get_symbols() if each.is_referenced() and not each.is_assigned()}
    return names.union(*map(_global, top.get_children()))


def _global(inner: symtable.SymbolTable) -> set[str]:
    names = {each.get_name() for each in inner.get_symbols() if each.is_global()}
    return names.union(*map(_global, inner.get_children()))


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
