"""The files of a load as code: which built-ins they name, and where.

What ran is in the result. This is about what is written: a call that this load did not reach, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Position
from tiltfile_ext.starkit._nodes import kind, walk
from tiltfile_ext.starkit.rewrite import Source, dotted, is_load, normal_text
from tiltfile_ext.starkit.rewrite._names import Bindings, bound_names
from tiltfile_ext.starkit.rewrite._places import Places
from tiltfile_ext.starkit.rewrite._python import parse
from tiltfile_ext.values.extensions.repos import clones_directory
from tiltfile_ext.values.extensions.used import Extensions


class Code:
    """One file.

    Attributes:
        path: its absolute path.
        tree: its syntax tree, as Python's parser makes it; None if it cannot read the file.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self._data = data

    @cached_property
    def _source(self) -> Source:
        return Source(normal_text(self._data.decode("utf-8", "surrogateescape")), self.path)

    @cached_property
    def tree(self) -> Any:
        return parse(self._source.tidy, self.path)[1]

    @cached_property
    def _places(self) -> Places:
        return Places(self._source.tidy)

    @cached_property
    def _own_globals(self) -> set[str]:
        """The names that its top level gives a meaning of its own."""
        bindings = Bindings(self.tree)
        return {*bindings.globals, *bindings.loaded}

    @cached_property
    def functions(self) -> list[Any]:
        """The functions that it defines, lambdas too."""
        return [node for node in walk(self.tree) if kind(node) in ("FunctionDef", "Lambda")]

    @cached_property
    def _aliases(self) -> dict[str, str]:
        """Name here -> name there, of what is loaded under another name: ``load("x", here="there")``."""
        loads = (node for node in walk(self.tree) if is_load(node))
        # a comma stands for the equals sign (see `rewrite`)
        pairs = (pair for node in loads for pair in zip(node.args[1:], node.args[2:], strict=False))
        return {here.id: there.value for here, there in pairs if _is_alias(here, there)}

    def loaded_as(self, name: str) -> tuple[str, ...]:
        """The name in another file that *name* is loaded from, if it is loaded under another."""
        found = self._aliases.get(name)
        return () if found is None else (found,)

    def position(self, node: Any) -> Position:
        """Where *node* starts."""
        return self._source.position(self._places.start(node))

    def mentions(self, name: str) -> list[Any]:
        """The nodes that read the built-in *name*, dotted or not, in the order written."""
        first = name.partition(".")[0]
        if not re.search(rb"\b%s\b" % first.encode(), self._data) or self.tree is None:
            return []
        if first in self._own_globals:
            return []
        found = [node for node in walk(self.tree) if _reads(node, name) and not self._is_local(first, node)]
        return sorted(found, key=self._places.start)

    def calls(self, name: str) -> list[Any]:
        """The calls of the built-in *name*, in the order written."""
        mentioned = {id(node) for node in self.mentions(name)}
        if not mentioned:
            return []
        calls = [node for node in walk(self.tree) if kind(node) == "Call" and id(node.func) in mentioned]
        return sorted(calls, key=self._places.start)

    def _is_local(self, name: str, node: Any) -> bool:
        """Whether a function around *node* gives *name* a meaning of its own."""
        around = (each for each in self.functions if each.lineno <= node.lineno <= each.end_lineno)
        return any(name in bound_names(each) for each in around)


def _reads(node: Any, name: str) -> bool:
    return kind(node) in ("Name", "Attribute") and kind(node.ctx) == "Load" and dotted(node) == name


def _is_alias(here: Any, there: Any) -> bool:
    return kind(here) == "Name" and kind(there) == "Constant"


def argument(call: Any, name: str, place: int) -> Any:
    """The node of an argument of *call*; None if it is not given, or given by ``*`` or ``**``.

    Args:
        call: the call.
        name: the parameter.
        place: how many parameters come before it.
    """
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    starred = any(kind(each) == "Starred" for each in call.args)
    return call.args[place] if len(call.args) > place and not starred else None


def constant(node: Any) -> object:
    """The value of a literal; None for any other node."""
    return node.value if kind(node) == "Constant" else None


class LoadedCode:
    """The files of one load.

    Attributes:
        files: path -> file, in the order executed; the main file first.
    """

    def __init__(self, result: LoadResult) -> None:
        self.files: Mapping[str, Code] = {path: Code(path, data) for path, data in result.sources.items()}
        extensions = result.get(Extensions, Extensions())
        self._clones = clones_directory(extensions.home, extensions.data_home)

    def is_own(self, path: str) -> bool:
        """Whether *path* is the user's file, not one of a cloned extension."""
        return not path.startswith(self._clones + "/")

    @property
    def own(self) -> Iterator[Code]:
        """The files that the user can change."""
        return (code for path, code in self.files.items() if self.is_own(path))


@lru_cache(maxsize=1)
def code_of(result: LoadResult) -> LoadedCode:
    """The files of *result*; the rules look at one result after the other."""
    return LoadedCode(result)
