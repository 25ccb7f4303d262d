"""Finds the fault that Tilt finds in a file that cannot run.

Only a file that the interpreter refuses, or of which something looks wrong, is read here: slowly, by the
rules of starlark-go's grammar, because Tilt's messages follow from how its parser reads.
"""

from __future__ import annotations

from collections.abc import Collection

from tiltfile_ext.starkit.grammar._parser import Parser
from tiltfile_ext.starkit.grammar._resolver import Resolver
from tiltfile_ext.starkit.grammar._scanner import GrammarError, Scanner, Token
from tiltfile_ext.starkit.grammar._tree import Node

__all__ = ["GrammarError", "Node", "Parser", "Scanner", "Token", "find_fault"]


def find_fault(text: str, universe: Collection[str]) -> GrammarError | None:
    """The first fault of *text*, None if there is none. *universe*: the names defined everywhere."""
    try:
        Resolver(universe).file(Parser(text).file())
    except GrammarError as fault:
        return fault
    except RecursionError:
        return GrammarError(0, "the file is nested too deeply")
    return None
