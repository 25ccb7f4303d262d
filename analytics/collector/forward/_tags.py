"""Tags as Datadog has them: few values each, in few characters."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: an event's key -> the tag
NAMES = {
    "name": "event",
    "os": "os",
    "version": "version",
    "subcommand": "command",
    "env": "cluster",
    "ext_name": "extension",
    "git.origin": "repository",
}
_UNFIT = re.compile(r"[^\w./:-]+", re.ASCII)
_LONGEST = 200


def tag(name: str, value: object) -> str:
    """One tag: ``name:value``; what a tag may not hold is an underscore."""
    return f"{_UNFIT.sub('_', name).replace(':', '_')}:{_UNFIT.sub('_', str(value))}"[:_LONGEST]


def tags(event: Mapping[str, object], keys: tuple[str, ...]) -> tuple[str, ...]:
    """The tags for those of *keys* that *event* has."""
    return tuple(tag(NAMES.get(key, key), event[key]) for key in keys if event.get(key, "") != "")
