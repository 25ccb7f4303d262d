"""Tags as Datadog has them: few values each, in few characters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

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
_KNOWN = 8192  # tags that are known without making them again


@lru_cache(_KNOWN)
def tag(name: str, value: str | int) -> str:
    """One tag: ``name:value``; what a tag may not hold is an underscore."""
    return f"{_UNFIT.sub('_', name).replace(':', '_')}:{_UNFIT.sub('_', str(value))}"[:_LONGEST]


def tags(event: Mapping[str, str | int], keys: tuple[str, ...]) -> tuple[str, ...]:
    """The tags for those of *keys* that *event* has."""
    return tuple(tag(NAMES.get(key, key), event[key]) for key in keys if event.get(key, "") != "")
