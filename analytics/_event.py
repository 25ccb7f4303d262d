"""One thing that happened, and the body that says so on the wire."""

from __future__ import annotations

from analytics import _json, _registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._registry import EventType

#: Tilt's prefix; its servers and every collector of its events expect it.
PREFIX = "tilt."

#: Keys of the two measures, see `Analytics.count` and `Analytics.timer`.
COUNT = "count"
DURATION = "duration"


class Event:
    """What was recorded: name without prefix, tags, when, and whether global tags are added.

    ``type`` is its entry in the registry, where the level of consent that it needs is written.
    """

    __slots__ = ("bare", "name", "tags", "time", "type")

    def __init__(
        self, kind: EventType, name: str, tags: Mapping[str, str | int], time: float, *, bare: bool
    ) -> None:
        self.type = kind
        self.name = name
        self.tags = tags
        self.time = time
        self.bare = bare

    @property
    def minimal(self) -> bool:
        """Whether the event may be sent before anybody has chosen."""
        return self.type.level == _registry.MINIMAL

    def body(self, global_tags: Mapping[str, str]) -> str:
        """Return the JSON object to post. The event's own tags win, as in Tilt."""
        common = {} if self.bare or self.minimal else global_tags
        return _json.encode({**common, "name": PREFIX + self.name, **self.tags})


def make(
    name: str, tags: Mapping[str, str | int], time: float, *, bare: bool
) -> tuple[Event | None, list[str]]:
    """Return the event, or None if it is not declared, and what of it had to be left out."""
    kind = _registry.find(name)
    if kind is None:
        return None, [name]
    kept: dict[str, str | int] = {}
    refused: list[str] = []
    for key, value in tags.items():
        if _allowed(kind, key, value):
            kept[key] = value
        else:
            refused.append(f"{name}:{key}")
    return Event(kind, name, kept, time, bare=bare), refused


def _allowed(kind: EventType, key: str, value: object) -> bool:
    if kind.free_keys:
        return isinstance(key, str) and isinstance(value, str)
    declared = kind.key(key)
    return declared is not None and _registry.fits(declared.kind, value)
