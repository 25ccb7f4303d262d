"""Quantities of the Kubernetes API: "500m", "1Gi", 2e3.

Facts: k8s.io/apimachinery/pkg/api/resource, as Tilt 0.37.6 uses it. A quantity that is already in its
usual form keeps its text; any other is written anew: the largest suffix that leaves a whole number.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tiltfile_ext.starkit import Data
from tiltfile_ext.starkit._patterns import pattern

if TYPE_CHECKING:
    from decimal import Context, Decimal

_FORM = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
_PARTS = pattern(r"([+-]?)(0*)([0-9]*)(\.[0-9]*)?([eEinumkKMGTP]*[-+]?[0-9]*)", re.ASCII)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIXES = {power: suffix for suffix, power in _DECIMAL.items()}
_BINARY_SUFFIXES = {0: "", **{power: suffix for suffix, power in _BINARY.items()}}
_INT64 = 2**63 - 1
_DIGITS, _BINARY_DIGITS = 18, 15
_TWO, _KIBI, _LARGEST_BINARY = 2, 1024, 60
_SMALLEST, _LARGEST_POWER = -9, 3000
_PRECISION = 4000


class QuantityError(ValueError):
    """The text is no quantity; ``str()`` says so in the words of the Kubernetes API."""


class _Number(Data):
    """A quantity taken apart: sign, digits before and after the point, power of *base*, how it is written."""

    negative: bool
    whole: str
    fraction: str
    base: int
    power: int
    exponent_form: bool = False


def canonical(text: str) -> str:
    """*text* as the Kubernetes API writes the same quantity.

    Raises:
        QuantityError: it is none.
    """
    text = text.strip()
    if text == "0":
        return text
    number = _read(text)
    return text if _usual_form(number) else _write(number)


def _read(text: str) -> _Number:
    found = _PARTS.fullmatch(text) if text else None
    if found is None:
        raise QuantityError(f"quantities must match the regular expression '{_FORM}'")
    sign, _, whole, fraction, suffix = found.groups()
    base, power, exponent_form = _suffix(suffix)
    return _Number(sign == "-", whole or "0", (fraction or "")[1:], base, power, exponent_form)


def _suffix(suffix: str) -> tuple[int, int, bool]:
    """Base, power, and whether it is an exponent: "Ki" is 2 to the 10th."""
    if suffix in _DECIMAL:
        return 10, _DECIMAL[suffix], False
    if suffix in _BINARY:
        return 2, _BINARY[suffix], False
    if suffix[0] in "eE":
        try:
            return 10, max(-_LARGEST_POWER, min(int(suffix[1:]), _LARGEST_POWER)), True
        except ValueError:
            pass
    raise QuantityError("unable to parse quantity's suffix")


def _usual_form(number: _Number) -> bool:
    """Whether the text is kept: it needs few digits, and is (or looks) as short as can be."""
    digits = number.whole + number.fraction
    if number.base == _TWO:
        room = _BINARY_DIGITS - len(number.whole) - int(number.power * 3 / 10) - 1
        fits = not number.fraction and room >= 0 and int(digits) << number.power <= _INT64
        return fits and number.power % 10 == 0 and int(digits) % 8 != 0
    scale = number.power - len(number.fraction)
    fits = _DIGITS - len(digits) >= 0 and scale >= _SMALLEST
    return fits and scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"


def _write(number: _Number) -> str:
    value = _value(number)
    if value == 0:
        return "0"
    if number.base == _TWO and abs(value) >= _KIBI and value == value.to_integral_value():
        return _with_binary_suffix(int(value))
    return _with_decimal_suffix(value, exponent_form=number.exponent_form)


@cache
def _exact() -> Context:
    from decimal import Context  # few quantities are written anew

    return Context(prec=_PRECISION)


def _value(number: _Number) -> Decimal:
    """The value, rounded away from zero to billionths, binary ones at most 2 to the 63rd less one."""
    from decimal import ROUND_UP, Decimal

    value = Decimal(f"{number.whole}.{number.fraction or 0}")
    factor = Decimal(2) ** number.power if number.base == _TWO else Decimal(1).scaleb(number.power)
    value = _exact().multiply(value, factor)
    value = value.quantize(Decimal("1e-9"), rounding=ROUND_UP, context=_exact())
    if number.base == _TWO:
        value = min(value, Decimal(_INT64))
    return -value if number.negative else value


def _with_binary_suffix(value: int) -> str:
    power = 0
    while value % _KIBI == 0 and power < _LARGEST_BINARY:
        value //= _KIBI
        power += 10
    return f"{value}{_BINARY_SUFFIXES[power]}"


def _with_decimal_suffix(value: Decimal, *, exponent_form: bool) -> str:
    sign, digits, power = value.normalize(_exact()).as_tuple()
    amount, power = int("".join(map(str, digits))), int(power)
    while power % 3 != 0:
        amount *= 10
        power -= 1
    exponent = f"e{power}" if power else ""
    suffix = exponent if exponent_form else _DECIMAL_SUFFIXES.get(power, "")
    return f"{'-' if sign else ''}{amount}{suffix}"
