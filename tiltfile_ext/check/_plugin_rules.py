"""Rules that plugins bring along: a plugin with a method ``check`` takes part.

What its docstring says of codes, ``ACME001: services have an owner``, one to a line, is what the program
tells of them; the paragraphs below such a line explain.
"""

from __future__ import annotations

import inspect
import os
import re
import traceback
from collections.abc import Iterable

from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._rule import RuleInfo
from tiltfile_ext.check._selection import Selection
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Plugin
from tiltfile_ext.starkit._builtin import mark_of

_CODE = re.compile(r"^\s*(?P<code>[A-Z]+\d+): +(?P<summary>\S.*)$")


class RuleError(Exception):
    """A rule of a plugin failed; the message names the plugin, and what and where the failure was."""


class PluginRules:
    """The rules of one plugin.

    Attributes:
        infos: what its docstring tells of them.
    """

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin
        self.infos = tuple(_infos(inspect.getdoc(type(plugin)) or "", plugin.name))

    def take_part(self, selection: Selection) -> bool:
        """Whether something that the plugin may find is wanted."""
        return not self.infos or any(selection.takes(info.code) for info in self.infos)

    def check(self, result: LoadResult) -> list[Finding]:
        """What the plugin finds.

        Raises:
            RuleError: it raised, or gave something else than findings.
        """
        try:
            found = list(self._plugin.check(result))  # type: ignore[attr-defined]  # see `rules_of`
        except Exception as error:
            raise RuleError(
                self._fault(f"failed with {type(error).__name__}: {error}{_place(error)}")
            ) from error
        other = next((each for each in found if not isinstance(each, Finding)), None)
        if other is not None:
            raise RuleError(self._fault(f"gave {other!r}, which is no Finding"))
        return found

    def _fault(self, problem: str) -> str:
        return f"plugin {self._plugin.name}: check {problem}; this is a bug of the plugin"


def rules_of(plugins: Iterable[Plugin]) -> list[PluginRules]:
    """The rules of those *plugins* that have some. A built-in that is called ``check`` is none."""
    return [PluginRules(plugin) for plugin in plugins if _has_check(plugin)]


def _has_check(plugin: Plugin) -> bool:
    check = getattr(type(plugin), "check", None)
    return callable(check) and mark_of(check) is None


def _infos(doc: str, origin: str) -> Iterable[RuleInfo]:
    lines = doc.split("\n")
    heads = [(number, match) for number, line in enumerate(lines) if (match := _CODE.match(line))]
    ends = [number for number, _ in heads[1:]] + [len(lines)]
    for (start, match), end in zip(heads, ends, strict=True):
        explanation = inspect.cleandoc("\n".join(lines[start + 1 : end])).strip()
        yield RuleInfo(match["code"], match["summary"].rstrip(), explanation, origin)


def _place(error: Exception) -> str:
    """Where *error* was raised: the innermost line."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
