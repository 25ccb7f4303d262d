"""Functions of text and numbers that the prelude cannot do itself, or not as Go does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tiltfile_ext.starkit import _unicode
from tiltfile_ext.starkit._odd_names import written_name
from tiltfile_ext.starkit._spelling import no_attribute
from tiltfile_ext.starkit._stray_bytes import from_bytes, inward, outward, replaced, to_bytes
from tiltfile_ext.starkit._types import StarlarkValue, format_float, quote

_FLOAT = r"[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[+-]?\d+)?|[+-]?(inf|infinity|nan)"
_PREFIXES = {2: "bB", 8: "oO", 16: "xX"}


def byte_length(text: str) -> int:
    """How long *text* is in UTF-8, which is what ``len`` counts."""
    return len(text) if text.isascii() else len(to_bytes(text))


def byte_ords(text: str) -> list[int]:
    """The bytes of *text* in UTF-8."""
    return list(to_bytes(text))


def elems(text: str) -> list[str]:
    """The bytes of *text*, each as text."""
    return [from_bytes(bytes((byte,))) for byte in to_bytes(text)]


def slice_bytes(text: str, start: int | None, end: int | None, step: int | None) -> str:
    """The bytes ``[start:end:step]`` of *text*."""
    return from_bytes(to_bytes(text)[start:end:step])


def find_bytes(method: str, text: str, sought: str, *bounds: int | None) -> int:
    """Where *sought* is in *text*, in bytes, -1 if nowhere; *method* is find, rfind, index or rindex."""
    search = bytes.rfind if method.startswith("r") else bytes.find
    return search(to_bytes(text), to_bytes(sought), *bounds)


def hash_bytes(text: str) -> int:
    """``hash`` of bytes: FNV-1a; *text* has a character for each byte."""
    value = 2166136261
    for char in text:
        value = (value ^ ord(char)) * 16777619 & 0xFFFFFFFF
    return value


def latin(text: str) -> str:
    """What ``bytes`` makes of *text*: its UTF-8, a character for each byte; stray bytes are replaced."""
    return replaced(text).encode("utf-8").decode("latin-1")


def bytes_text(text: str) -> str:
    """What bytes print as; *text* has a character for each byte."""
    return replaced(from_bytes(text.encode("latin-1")))


def bytes_repr(text: str) -> str:
    """What ``repr`` prints of bytes; *text* has a character for each byte."""
    decoded = text.encode("latin-1").decode("utf-8", "surrogateescape")
    parts = re.split("([\udc80-\udcff])", decoded)
    shown = (f"\\x{ord(part) - 0xDC00:02x}" if n % 2 else quote(part)[1:-1] for n, part in enumerate(parts))
    return f'b"{"".join(shown)}"'


def go_hash(text: str) -> int:
    """``hash(text)``: Java's, but over code points."""
    value = 0
    for char in replaced(text):
        value = (value * 31 + ord(char)) & 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value


def split_lines(text: str, keep_ends: bool = False) -> list[str]:
    r"""*text* split at ``\n`` only."""
    lines = text.split("\n")
    last = lines.pop()
    if keep_ends:
        lines = [line + "\n" for line in lines]
    return [*lines, last] if last else lines


def format_number(verb: str, value: float) -> str:
    """*value* as ``%e``, ``%f``, ``%g`` (or in capitals) print it."""
    shortest = verb in "gG" or value - value != 0
    text = format_float(value) if shortest else f"%{verb.lower()}" % value
    return text.upper() if verb.isupper() else text


def float_fault(text: str) -> str:
    """What is wrong with ``float(text)``, "" if nothing is."""
    if text == "":
        return "float: empty string"
    if not re.fullmatch(_FLOAT, text, re.IGNORECASE | re.ASCII):
        return f"invalid float literal: {text}"
    too_large = "n" not in text.lower() and abs(parse_float(text)) == float("inf")
    return "floating-point number too large" if too_large else ""


def parse_float(text: str) -> float:
    """``float(text)``, for finite results; the prelude makes the others."""
    return float(text.replace("_", ""))


def parse_int(text: str, base: int) -> str:
    """The decimal digits of ``int(text, base)``, "" if it is none."""
    sign, digits = ("-", text[1:]) if text[:1] == "-" else ("", text[1:] if text[:1] == "+" else text)
    prefix = digits[1:2] if digits[:1] == "0" else ""
    for known, letters in _PREFIXES.items():
        if prefix and prefix in letters and base in (0, known):
            base, digits = known, digits[2:]
            break
    else:
        if base == 0:
            if len(digits) > 1 and digits[0] == "0":
                return ""
            base = 10
    if not digits.isascii() or not digits.isalnum():
        return ""
    try:
        return sign + str(int(digits, base))
    except ValueError:
        return ""


def type_of(value: object) -> str:
    """``type(value)`` of an object of a built-in."""
    return value.starlark_type if isinstance(value, StarlarkValue) else "object"


def text_of(value: object) -> str:
    """``str(value)`` of an object of a built-in."""
    return inward(str(value))


def quoted(text: str) -> str:
    """``repr(text)``."""
    return quote(outward(text))


def _letter_by_letter(function: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: function(replaced(text))


def true(value: object) -> bool:
    """``bool(value)`` of an object of a built-in."""
    return bool(value)


def equal(left: object, right: object) -> bool:
    """``left == right`` for objects of built-ins."""
    return bool(left == right)


def compare(left: float, right: float) -> int:
    """-1, 0 or 1; the interpreter compares an int with a float only as far as floats are exact."""
    return (left > right) - (left < right)


def missing(value: StarlarkValue, name: str) -> str:
    """What to say of an attribute that an object of a built-in lacks."""
    return value.starlark_missing(name)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "quote": quoted,
    "float": format_float,
    "number": format_number,
    "byte_length": byte_length,
    "byte_ords": byte_ords,
    "elems": elems,
    "replaced": replaced,
    "written": written_name,
    "hash": go_hash,
    "hash_bytes": hash_bytes,
    "latin": latin,
    "bytes_text": bytes_text,
    "bytes_repr": bytes_repr,
    "slice": slice_bytes,
    "find": find_bytes,
    "splitlines": split_lines,
    "float_fault": float_fault,
    "parse_float": parse_float,
    "parse_int": parse_int,
    "type": type_of,
    "str": text_of,
    "true": true,
    "equal": equal,
    "missing": missing,
    "no_attribute": no_attribute,
    "upper": _letter_by_letter(_unicode.upper),
    "lower": _letter_by_letter(_unicode.lower),
    "title": _letter_by_letter(_unicode.title),
    "capitalize": _letter_by_letter(_unicode.capitalize),
    "isdigit": _unicode.is_digit,
    "isalpha": _unicode.is_alpha,
    "isalnum": _unicode.is_alnum,
    "compare": compare,
}
