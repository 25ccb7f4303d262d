"""How events are declared: every name, every key in it, and why. The encoder obeys what is declared.

A name or key that is not declared is left out and counted, never sent. ``<word>`` in a declared
name stands for names that the program itself knows (a command, a built-in, a parameter), not for text
of the user's. Tilt's one event with free keys is the custom report, whose tags a Tiltfile's author typed
in order to have them sent. What Tilt declares is in `_tilt`; other programs use `analytics.registry`.
"""

from __future__ import annotations

#: Levels of consent. Minimal events need no choice and carry no identity; full ones need a yes.
MINIMAL = "minimal"
FULL = "full"

#: Kinds of value. There is none for text of the user's, but for the last two: what a Tiltfile's author typed
#: in order to have it sent, cut where it is long.
COUNT = "count"
FLAG = "flag"
DIGEST = "digest"
NANOSECONDS = "nanoseconds"
CHOICE = "choice"
VERSION = "version"
WORD = "word"
EXTENSION = "extension"
CUSTOM = "custom"

MOST_DIGITS = 18
LONGEST_NAME = 100
LONGEST_VERSION = 50
LONGEST_EXTENSION = 200
LONGEST_CUSTOM = 1000
MOST_CUSTOM = 100

#: What each kind lets through, for people.
KINDS = {
    COUNT: f"a number from 0 on, in at most {MOST_DIGITS} digits",
    FLAG: "true or false",
    DIGEST: "a keyed digest: it tells values apart and cannot be turned back",
    NANOSECONDS: "a number from 0 to 2^63 - 1",
    CHOICE: "one of a fixed list of words",
    VERSION: f"the program's own version, at most {LONGEST_VERSION} letters, digits and .+-",
    WORD: f"a name that the program itself gave, at most {LONGEST_NAME} letters, digits and ._-?",
    EXTENSION: f"text, the extension's name as the Tiltfile has it, cut after {LONGEST_EXTENSION} characters",
    CUSTOM: f"text that the Tiltfile's author chose, cut after {LONGEST_CUSTOM} characters",
}

#: Operating systems by their names in Go.
SYSTEMS = frozenset(
    ("aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux", "netbsd", "openbsd",
     "plan9", "solaris", "windows")
)  # fmt: skip

_LONGEST_INT = 1 << 63
_NAME_BYTES = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.?\n"
_VERSION_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-"


class Key:
    """A key of an event: its name (or pattern), the kind of its value, what it is for, and its choices."""

    __slots__ = ("choices", "kind", "name", "purpose")

    def __init__(self, name: str, kind: str, purpose: str, choices: frozenset[str] = frozenset()) -> None:
        self.name = name
        self.kind = kind
        self.purpose = purpose
        self.choices = choices

    def admits(self, value: object) -> bool:
        """Return whether *value* may be sent under this key."""
        if self.kind == CHOICE:
            return isinstance(value, str) and value in self.choices
        return fits(self.kind, value)


#: On every full event. ``name`` itself is added by the encoder.
GLOBAL_KEYS = (
    Key("user", DIGEST, "tells users apart, without saying who they are"),
    Key("machine", DIGEST, "tells installations apart"),
    Key("git.origin", DIGEST, "tells projects apart, without saying which they are; absent outside git"),
    Key("os", CHOICE, "which operating systems are in use", SYSTEMS),
    Key("version", VERSION, "which versions are in use"),
    Key("subcommand", WORD, "which command was run"),
)

#: What `Analytics.count` adds.
COUNT_KEY = Key("count", COUNT, "how often it happened")

_OWN_KEYS = (COUNT_KEY, *(key for key in GLOBAL_KEYS if key.kind != DIGEST))


class EventType:
    """An event: its name (or pattern) without the program's prefix, level, purpose and own keys.

    Attributes:
        exact: declared keys by name, but for patterns.
        prefix: what counts of built-ins begin with ("" if there are none).
        free_keys: whether any text goes, as key and as value.
    """

    __slots__ = ("exact", "free_keys", "keys", "level", "name", "prefix", "purpose")

    def __init__(
        self, name: str, level: str, purpose: str, keys: tuple[Key, ...] = (), *, free_keys: bool = False
    ) -> None:
        self.name = name
        self.level = level
        self.purpose = purpose
        self.keys = keys
        self.free_keys = free_keys
        known = keys if level == MINIMAL else (*_OWN_KEYS, *keys)
        self.exact = {key.name: key for key in known if "<" not in key.name}
        self.prefix = next((key.name.partition("<")[0] for key in known if "<" in key.name), "")


_VERSION = Key("version", VERSION, "which versions are in use")
_DROPPED = {
    "evicted": "because too much waited, and they were the oldest",
    "overflow": "because one run recorded too many",
    "unwritten": "because the disk did not take them",
}

#: What the client itself has to say, in every program.
OWN_EVENTS = (
    EventType(
        "analytics.up.optdefault", MINIMAL, "how many runs there are in which nobody has chosen", (_VERSION,)
    ),
    EventType("analytics.nudge.surfaced", MINIMAL, "how often the question was put", (_VERSION,)),
    EventType("analytics.opt.in", MINIMAL, "how often the answer was yes", (_VERSION,)),
    EventType(
        "analytics.dropped",
        FULL,
        "how many events were lost before they could be sent",
        tuple(Key(reason, COUNT, _DROPPED[reason]) for reason in _DROPPED),
    ),
)


class Registry:
    """Every event that one program may send, and the keys that all full ones have.

    Attributes:
        events: the client's own, then the program's.
        global_keys: those of `GLOBAL_KEYS` that full events of this program carry.
    """

    __slots__ = ("_exact", "_patterns", "events", "global_keys")

    def __init__(self, events: tuple[EventType, ...], global_keys: tuple[Key, ...]) -> None:
        self.events = (*OWN_EVENTS, *events)
        self.global_keys = global_keys
        self._exact = {event.name: event for event in self.events if "<" not in event.name}
        self._patterns = tuple(event for event in events if "<" in event.name)

    def find(self, name: str) -> EventType | None:
        """Return the declared event that *name* (without the program's prefix) is, or None."""
        exact = self._exact.get(name)
        return exact or next((event for event in self._patterns if matches(event.name, name)), None)


def fits(kind: str, value: object) -> bool:
    """Return whether *value* is of *kind*; of a `CHOICE`, only the key knows."""
    if kind == NANOSECONDS:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LONGEST_INT
    return isinstance(value, str) and _text_fits(kind, value)


def _text_fits(kind: str, value: str) -> bool:
    if kind == COUNT:
        return value.isdigit() and value.isascii() and len(value) <= MOST_DIGITS
    if kind == FLAG:
        return value in {"true", "false"}
    if kind == VERSION:
        return len(value) <= LONGEST_VERSION and value.isascii() and _is_version(value)
    if kind == WORD:
        return is_name(value.replace("-", "_"))
    return kind in {EXTENSION, CUSTOM}


def cut(kind: str, value: str | int) -> str | int:
    """Return *value*, shortened if it is text that is too long."""
    if kind == EXTENSION and isinstance(value, str):
        return value[:LONGEST_EXTENSION]
    return value


def are_counts(prefix: str, keys: list[str], values: list[str]) -> bool:
    """Return whether *keys* are all *prefix* and a built-in's or a parameter's name, and *values* counts.

    A load has some fifty of them, and to look at all at once takes a fifth of the time. A name is what
    `is_name` takes, but for dots, which may stand anywhere.
    """
    text, digits = "\n".join(["", *keys, ""]), "".join(values)
    if not (text.isascii() and digits.isascii() and digits.isdigit() and all(values)):
        return False
    data = text.encode()
    return (
        max(map(len, keys)) <= LONGEST_NAME + len(prefix)
        and max(map(len, values)) <= MOST_DIGITS
        and not data.translate(None, _NAME_BYTES)
        and data.count(b"\n") == len(keys) + 1
        and text.count(f"\n{prefix}") == len(keys)
        and text.count("?") == text.count("?\n")
        and f"\n{prefix}\n" not in text
    )


def is_name(text: str) -> bool:
    """Return whether *text* is shaped like the name of a built-in, or of its parameter.

    That is: short, and words of ASCII letters, digits and underscores with dots between them; Tilt's
    optional parameters may keep their ``?``.
    """
    if len(text) > LONGEST_NAME or not text.isascii() or ".." in text or text.endswith("."):
        return False
    return text.removesuffix("?").replace(".", "_").isidentifier()


def matches(pattern: str, name: str) -> bool:
    """Return whether *name* is *pattern*, or begins like it and goes on with words: ``cmd.docker-prune``."""
    fixed, placeholder, _ = pattern.partition("<")
    if not placeholder:
        return pattern == name
    return name.startswith(fixed) and is_name(name[len(fixed) :].replace("-", "_"))


def _is_version(text: str) -> bool:
    return bool(text) and not text.strip(_VERSION_CHARACTERS)
