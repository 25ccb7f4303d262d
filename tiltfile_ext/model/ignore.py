"""Files that do not count: a path with all below it, or patterns below a path."""

from collections.abc import Iterable
from typing import Any

import attrs


@attrs.frozen(eq=False)
class Ignore:
    """All below ``base_path``, or what matches ``patterns`` (those of a .dockerignore) there."""

    base_path: str
    patterns: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """The rule in Tilt's field names and order."""
        fields: dict[str, Any] = {"basePath": self.base_path}
        return {**fields, "patterns": list(self.patterns)} if self.patterns else fields


def ignores_json(ignores: Iterable[Ignore]) -> list[dict[str, Any]] | None:
    """*ignores* as a list, null where there are none."""
    return [ignore.json() for ignore in ignores] or None
