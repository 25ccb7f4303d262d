"""Durations such as "1m30s", in nanoseconds.

Facts: Go ``time.ParseDuration`` and ``time.Duration.String``.
"""

from __future__ import annotations

import re

_UNITS = {
    "ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1000**2,
    "s": 1000**3, "m": 60 * 1000**3, "h": 3600 * 1000**3,
}  # fmt: skip
_LONGEST = 2**63

_LONGEST_DIGITS = 19
_PART = r"([0-9]*)\.?([0-9]*)([^.0-9]*)"


def parse_duration(text: str) -> int:
    """*text* in nanoseconds: "1.5h", "-1m30s", "0".

    Raises:
        ValueError: 'time: invalid duration "x"', 'time: missing unit in duration "5"',
            'time: unknown unit "x" in duration "5x"'.
    """
    sign, rest = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    if rest == "0":
        return 0
    total = _sum(text, rest)
    if total > _LONGEST - (sign != "-"):
        raise _invalid(text)
    return -total if sign == "-" else total


def _sum(text: str, rest: str) -> int:
    if not rest:
        raise _invalid(text)
    parts = re.compile(_PART)
    total = at = 0
    while at < len(rest) and (part := parts.match(rest, at)):  # it matches: every group may be empty
        at = part.end()
        total += _part(text, *part.groups())
        if total > _LONGEST:
            raise _invalid(text)
    return total


def _part(text: str, whole: str, fraction: str, unit: str) -> int:
    """One number with its unit. Digits after the point count as far as Go's 63 bits hold them."""
    if not whole and not fraction:
        raise _invalid(text)
    if len(whole.lstrip("0")) > _LONGEST_DIGITS or int(whole or "0") > _LONGEST:
        raise _invalid(text)
    if not unit:
        raise ValueError(f"time: missing unit in duration {_quoted(text)}")
    if unit not in _UNITS:
        raise ValueError(f"time: unknown unit {_quoted(unit)} in duration {_quoted(text)}")
    scaled = int(whole or "0") * _UNITS[unit]
    if scaled > _LONGEST:
        raise _invalid(text)
    return scaled + _fraction(fraction, _UNITS[unit])


def _fraction(digits: str, unit: int) -> int:
    value, scale = 0, 1.0
    for digit in digits:
        longer = value * 10 + int(digit)
        if value > (2**63 - 1) // 10 or longer > _LONGEST:
            break
        value, scale = longer, scale * 10
    return int(float(value) * (float(unit) / scale)) if value else 0


def _invalid(text: str) -> ValueError:
    return ValueError(f"time: invalid duration {_quoted(text)}")


def _quoted(text: str) -> str:
    r"""*text* in quotes; package time escapes bytes, not characters: "µ" is ``\xc2\xb5``."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if " " <= char <= "\x7f":
        return char
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))


def format_duration(nanoseconds: int) -> str:
    """*nanoseconds* as Go prints a duration: "0s", "1.5µs", "250ms", "1m0s", "1h2m3.5s"."""
    size = abs(nanoseconds)
    sign = "-" if nanoseconds < 0 else ""
    for unit in ("ns", "µs", "ms"):
        if size and size < _UNITS[unit] * 1000:
            return f"{sign}{_decimal(size, _UNITS[unit])}{unit}"
    return sign + _clock(size)


def _clock(size: int) -> str:
    minutes, rest = divmod(size, _UNITS["m"])
    hours, minutes = divmod(minutes, 60)
    text = f"{_decimal(rest, _UNITS['s'])}s"
    if hours:
        return f"{hours}h{minutes}m{text}"
    return f"{minutes}m{text}" if minutes else text


def _decimal(size: int, unit: int) -> str:
    whole, rest = divmod(size, unit)
    digits = len(str(unit)) - 1
    return f"{whole}.{rest:0{digits}d}".rstrip("0") if rest else str(whole)
