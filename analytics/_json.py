"""JSON as Go's encoder writes it, so that a body has the same bytes as Tilt's.

Go escapes ``<``, ``>``, ``&`` and the two Unicode line separators besides what JSON demands, leaves
other text as UTF-8, and sorts the keys of a map. The stdlib's string escaper does the rest in C; the
``json`` package around it is not imported, because it takes ten times as long as what we need of it.
"""

from __future__ import annotations

try:
    from _json import encode_basestring as _quote
except ImportError:  # an interpreter without the C accelerator
    from json.encoder import encode_basestring as _quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_GO_ESCAPES = (
    ("&", "\\u0026"),
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)


def quote(text: str) -> str:
    """Return *text* as a JSON string. What is not valid Unicode becomes an escaped U+FFFD, as in Go."""
    return _as_go(_quote(text))


def encode(values: Mapping[str, str | int]) -> str:
    """Return one JSON object on one line, keys sorted."""
    pairs = [
        f"{_quote(key)}:{_quote(value) if value.__class__ is str else _value(value)}"
        for key, value in sorted(values.items())
    ]
    return _as_go("{" + ",".join(pairs) + "}")


def _value(value: str | int) -> str:
    text: str = _quote(str(value)) if isinstance(value, str) else str(int(value))
    return text


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
