"""Every event that may be sent, every key in it, and why: the one list that the encoder obeys.

A name or key that is not declared here is left out and counted, never sent. ``<word>`` in a declared
name stands for names that the program itself knows (a command, a built-in, a parameter), not for text
of the user's. The one event with free keys is the custom report, whose tags a Tiltfile's author typed
in order to have them sent.
"""

from __future__ import annotations

#: Levels of consent. Minimal events need no choice and carry no identity; full ones need a yes.
MINIMAL = "minimal"
FULL = "full"

#: Kinds of value: a count in digits, "true" or "false", a keyed digest, or a name from a known list.
COUNT = "count"
FLAG = "flag"
DIGEST = "digest"
NAME = "name"
NANOSECONDS = "nanoseconds"


class Key:
    """A key of an event: its name (or pattern), the kind of its value, and what it is for."""

    __slots__ = ("kind", "name", "purpose")

    def __init__(self, name: str, kind: str, purpose: str) -> None:
        self.name = name
        self.kind = kind
        self.purpose = purpose


#: On every full event. ``name`` itself is added by the encoder.
GLOBAL_KEYS = (
    Key("user", DIGEST, "tells users apart, without saying who they are"),
    Key("machine", DIGEST, "tells installations apart"),
    Key("git.origin", DIGEST, "tells projects apart, without saying which they are; absent outside git"),
    Key("os", NAME, "which operating systems are in use"),
    Key("version", NAME, "which versions are in use"),
    Key("subcommand", NAME, "which command was run"),
)

#: What `Analytics.count` adds.
COUNT_KEY = Key("count", COUNT, "how often it happened")

_OWN_KEYS = (COUNT_KEY, *(key for key in GLOBAL_KEYS if key.kind == NAME))


class EventType:
    """An event: its name (or pattern) without ``tilt.``, level, purpose and own keys."""

    __slots__ = ("_exact", "_patterns", "free_keys", "keys", "level", "name", "purpose")

    def __init__(
        self, name: str, level: str, purpose: str, keys: tuple[Key, ...] = (), *, free_keys: bool = False
    ) -> None:
        self.name = name
        self.level = level
        self.purpose = purpose
        self.keys = keys
        self.free_keys = free_keys
        known = keys if level == MINIMAL else (*_OWN_KEYS, *keys)
        self._exact = {key.name: key for key in known if "<" not in key.name}
        self._patterns = tuple(key for key in known if "<" in key.name)

    def key(self, name: str) -> Key | None:
        """Return the declared key that *name* is, or None.

        An event may give its own version, os or subcommand, but not its own idea of who sends it.
        """
        exact = self._exact.get(name)
        return exact or next((key for key in self._patterns if matches(key.name, name)), None)


_ENV = Key("env", NAME, "the kind of cluster that the Tiltfile is loaded for")
_VERSION = Key("version", NAME, "which versions are in use")

EVENTS = (
    EventType(
        "analytics.up.optdefault", MINIMAL, "how many runs there are in which nobody has chosen", (_VERSION,)
    ),
    EventType("analytics.nudge.surfaced", MINIMAL, "how often the question was put", (_VERSION,)),
    EventType("analytics.opt.in", MINIMAL, "how often the answer was yes", (_VERSION,)),
    EventType("cmd.<verb>", FULL, "which commands are used"),
    EventType(
        "tiltfile.loaded",
        FULL,
        "which built-ins and which of their parameters are used",
        (
            _ENV,
            Key("tiltfile.changed", FLAG, "whether the Tiltfile changed since the last load"),
            Key("allfiles.changed", FLAG, "whether any loaded file changed since the last load"),
            Key(
                "tiltfile.invoked.<builtin>",
                COUNT,
                "calls of a built-in; with .arg.<param>, how often that parameter was given",
            ),
        ),
    ),
    EventType(
        "tiltfile.load",
        FULL,
        "how long loading takes",
        (Key("duration", NANOSECONDS, "time that the load took"),),
    ),
    EventType(
        "tiltfile.loaded.plugin",
        FULL,
        "which extensions are used",
        (_ENV, Key("ext_name", NAME, "the extension's name as the Tiltfile writes it")),
    ),
    EventType(
        "tiltfile.custom.report",
        FULL,
        "what the Tiltfile's author asks for with experimental_analytics_report",
        free_keys=True,
    ),
)

_EXACT = {event.name: event for event in EVENTS if "<" not in event.name}
_PATTERNS = tuple(event for event in EVENTS if "<" in event.name)


def find(name: str) -> EventType | None:
    """Return the declared event that *name* (without ``tilt.``) is, or None."""
    exact = _EXACT.get(name)
    return exact or next((event for event in _PATTERNS if matches(event.name, name)), None)


def fits(kind: str, value: object) -> bool:
    """Return whether *value* is of *kind*."""
    if kind == NANOSECONDS:
        return isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if kind == COUNT:
        return value.isascii() and value.isdigit()
    return value in {"true", "false"} if kind == FLAG else True


def matches(pattern: str, name: str) -> bool:
    """Return whether *name* is *pattern*, or begins like it and goes on with words: ``os.path.join``."""
    fixed, placeholder, _ = pattern.partition("<")
    if not placeholder:
        return pattern == name
    return name.startswith(fixed) and all(_is_word(word) for word in name[len(fixed) :].split("."))


def _is_word(word: str) -> bool:
    """A command or an identifier; Tilt's optional parameters may keep their ``?``."""
    return word.removesuffix("?").replace("-", "_").isidentifier()
