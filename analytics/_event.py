"""One thing that happened, and the body that says so on the wire.

A body is JSON as Go's encoder writes it, so that it has the same bytes as Tilt's: ``<``, ``>``, ``&`` and the
two Unicode line separators are escaped besides what JSON demands, other text stays UTF-8, keys are sorted.
"""

from __future__ import annotations

from analytics import _registry
from analytics._app import TILT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics._app import App
    from analytics._registry import EventType

#: Keys of the two measures, see `Analytics.count` and `Analytics.timer`.
COUNT = "count"
DURATION = "duration"

_GO_ESCAPES = (
    ("&", "\\u0026"),
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)


class Event:
    """What was recorded: name without prefix, tags, when, and whether global tags are added.

    ``type`` is its entry in the registry, where the level of consent that it needs is written. ``id`` is ""
    unless it had to be known before the event is put on the spool.
    """

    __slots__ = ("bare", "id", "name", "tags", "time", "type")

    def __init__(
        self, kind: EventType, name: str, tags: Mapping[str, str | int], time: float, *, bare: bool
    ) -> None:
        self.type = kind
        self.name = name
        self.tags = tags
        self.time = time
        self.bare = bare
        self.id = ""

    @property
    def minimal(self) -> bool:
        """Whether the event may be sent before anybody has chosen."""
        return self.type.level == _registry.MINIMAL

    def body(self, global_tags: Mapping[str, str], prefix: str = "tilt.") -> str:
        """Return the JSON object to post. The event's own tags win, as in Tilt."""
        common = {} if self.bare or self.minimal else global_tags
        return encode({**common, "name": prefix + self.name, **self.tags})


def make(
    name: str, tags: Mapping[str, str | int], time: float, *, bare: bool, app: App = TILT
) -> tuple[Event | None, list[str]]:
    """Return the event, or None if it is not declared, and what of it had to be left out."""
    kind = app.registry.find(name)
    if kind is None:
        return None, [name[: _registry.LONGEST_NAME]]
    kept, refused = _custom(tags) if kind.free_keys else _declared(kind, tags)
    return Event(kind, name, kept, time, bare=bare), [f"{name}:{key}" for key in refused]


def _declared(kind: EventType, tags: Mapping[str, str | int]) -> tuple[dict[str, str | int], list[str]]:
    """Keep what is declared. Nearly always that is everything, which is seen at one look."""
    exact = kind.exact
    own = [key for key in exact if key in tags]
    counted = [key for key in tags if key not in exact] if len(own) < len(tags) else []
    if _are_fine(kind, tags, own, counted):
        kept = dict(tags)
    else:
        own = [key for key in own if _are_fine(kind, tags, [key], [])]
        counted = [key for key in counted if _are_fine(kind, tags, [], [key])]
        kept = {key: tags[key] for key in (*own, *counted)}
    for key in own:
        kept[key] = _registry.cut(exact[key].kind, kept[key])
    return kept, [key for key in tags if key not in kept] if len(kept) < len(tags) else []


def _are_fine(kind: EventType, tags: Mapping[str, str | int], own: list[str], counted: list[str]) -> bool:
    for key in own:
        if not kind.exact[key].admits(tags[key]):
            return False
    try:
        values: list[str] = [tags[key] for key in counted]  # type: ignore[misc]  # join sees to it
        return not counted or bool(kind.prefix and _registry.are_counts(kind.prefix, counted, values))
    except TypeError:  # something is not even text
        return False


def _custom(tags: Mapping[str, str | int]) -> tuple[dict[str, str | int], list[str]]:
    """Keep text, as much as there is room for."""
    kept: dict[str, str | int] = {}
    refused: list[str] = []
    for key, value in tags.items():
        if isinstance(key, str) and isinstance(value, str) and len(kept) < _registry.MOST_CUSTOM:
            kept[key[: _registry.LONGEST_NAME]] = value[: _registry.LONGEST_CUSTOM]
        else:
            refused.append(key)
    return kept, refused


def quote(text: str) -> str:
    """Return *text* as a JSON string. What is not valid Unicode becomes an escaped U+FFFD, as in Go."""
    return _as_go(_quote(text))


def encode(values: Mapping[str, str | int]) -> str:
    """Return one JSON object on one line, keys sorted."""
    items = [(key, _text(value), isinstance(value, str)) for key, value in sorted(values.items())]
    # nearly always nothing has to be escaped, which is seen at one look
    wrap = _wrap if _is_plain("".join([key + text for key, text, _ in items])) else _quote
    pairs = [f"{wrap(key)}:{wrap(text) if is_text else text}" for key, text, is_text in items]
    return _as_go("{" + ",".join(pairs) + "}")


def _text(value: str | int) -> str:
    return value if value.__class__ is str else str(value if isinstance(value, str) else int(value))


def _wrap(text: str) -> str:
    return f'"{text}"'


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and '"' not in text and "\\" not in text


def _quote(text: str) -> str:
    """Return *text* as JSON. The stdlib's escaper takes longer to load than most runs need in all."""
    if text.isascii() and text.isprintable():
        return _wrap(text.replace("\\", "\\\\").replace('"', '\\"'))
    try:
        from _json import encode_basestring
    except ImportError:  # an interpreter without the C accelerator
        from json.encoder import encode_basestring
    quoted: str = encode_basestring(text)
    return quoted


def _as_go(encoded: str) -> str:
    """Escape what Go does. In JSON these characters are found in strings only, so all can be done at once."""
    for plain, escaped in _GO_ESCAPES:
        if plain in encoded:
            encoded = encoded.replace(plain, escaped)
    return encoded if _is_unicode(encoded) else _replace_surrogates(encoded)


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _replace_surrogates(text: str) -> str:
    """Undecodable bytes reach Python as lone surrogates; Go writes each as an escaped U+FFFD."""
    return "".join("\\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
