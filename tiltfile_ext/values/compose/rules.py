"""Rules for places in a tree: "services.*.ports" is any service's ports, "services.*.ports.*" each one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: keys from the root to a value; an element of a list is "[]"
Path = tuple[str, ...]
Rule = Callable[[Any], Any]

_ANY = "*"
_ELEMENT = "[]"


def matches(path: Path, pattern: Path) -> bool:
    """Whether *path* is a place that *pattern* means, "*" being any key."""
    return len(path) == len(pattern) and all(p in (_ANY, key) for key, p in zip(path, pattern, strict=True))


class Rules:
    """What to do at which place; made from a mapping of patterns to functions of the value there."""

    __slots__ = ("below", "here")

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.here: Rule | None = None
        self.below: dict[str, Rules] = {}
        for pattern, rule in rules.items():
            node = self
            for key in pattern.split("."):
                node = node.below.setdefault(key, Rules({}))
            node.here = rule

    def apply(self, tree: Any) -> Any:
        """*tree* with every matching value replaced by its rule's result, from the root down, in place."""
        if self.here is not None:
            tree = self.here(tree)
        if not self.below:
            return tree
        if isinstance(tree, dict):
            for key, value in tree.items():
                for rules in self.inside(key):
                    tree[key] = rules.apply(value)
        elif isinstance(tree, list):
            for rules in self.inside(_ELEMENT):
                tree[:] = [rules.apply(value) for value in tree]
        return tree

    def inside(self, key: str) -> list[Rules]:
        """The rules for what stands under *key*."""
        return [found for name in (key, _ANY) if (found := self.below.get(name)) is not None]

    def at(self, path: Path) -> Rule | None:
        """The rule for the very place *path*, if there is one."""
        nodes = [self]
        for key in path:
            nodes = [below for node in nodes for below in node.inside(key)]
        return next((node.here for node in nodes if node.here is not None), None)
