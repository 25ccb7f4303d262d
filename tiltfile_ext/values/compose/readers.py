"""Final values of the fields of a service, from what its long form has.

Facts: the DecodeMapstructure methods of compose-go's types, and go-viper/mapstructure for plain fields.
"""

from __future__ import annotations

import re
import struct
from typing import Any

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.interpolate import to_bool, to_float, to_int
from tiltfile_ext.values.compose.kinds import Fields, as_list, type_of
from tiltfile_ext.values.compose.scalars import go_text
from tiltfile_ext.values.go.durations import format_duration, parse_duration

_INT64 = 2**63


def _unfit(value: Any, wanted: str) -> ComposeError:
    return ComposeError(f"expected type '{wanted}', got unconvertible type '{type_of(value)}'")


def text(value: Any) -> str:
    """A text; an int is one, too."""
    if value is None:
        return ""
    if type(value) is int:
        return str(value)
    if type(value) is not str:
        raise _unfit(value, "string")
    return value


def flag(value: Any) -> bool:
    """A bool, or a text that means one."""
    if value is None or isinstance(value, bool):
        return bool(value)
    if type(value) is not str:
        raise _unfit(value, "bool")
    return to_bool(value)


def number(value: Any) -> int:
    """A whole number; a fraction is cut off."""
    if value is None:
        return 0
    if type(value) is str:
        return to_int(value)
    if type(value) not in (int, float):
        raise _unfit(value, "int64")
    return int(value) if -_INT64 <= value < _INT64 else -_INT64


def count(value: Any) -> int:
    """A whole number that is not negative; no text is one."""
    if type(value) not in (int, float) or value < 0:
        raise _unfit(value, "uint64")
    return int(value)


class Single(float):
    """A number of 32 bits."""

    def shortest(self) -> float:
        """The number with the fewest digits that is the same in 32 bits."""
        candidates = (float(f"{self:.{precision}g}") for precision in range(1, 10))
        return next((close for close in candidates if single(close) == self), self)


def single(value: Any) -> Single:
    """A number of 32 bits."""
    if value is None:
        return Single(0)
    found = to_float(value) if type(value) is str else value
    if type(found) not in (int, float):
        raise _unfit(value, "float32")
    return Single(struct.unpack("f", struct.pack("f", found))[0])


def texts(value: Any) -> list[str]:
    """A list of texts."""
    return [text(element) for element in as_list(value)]


def text_or_texts(value: Any) -> list[str]:
    """A text, or a list of nothing but texts."""
    values = [value] if isinstance(value, str) else as_list(value)
    for element in values:
        if type(element) is not str:
            raise ComposeError("invalid type for string list")
    return list(values)


def printed(value: Any) -> list[str]:
    """A list of anything, as text."""
    return [go_text(element) for element in ([value] if isinstance(value, str) else as_list(value))]


def mapping(value: Any) -> dict[str, str]:
    """Names and texts: a mapping of anything, or "name=text" in a list."""
    if isinstance(value, dict):
        return {name: "" if element is None else go_text(element) for name, element in value.items()}
    pairs = (go_text(element).partition("=") for element in as_list(value))
    return {name: element for name, _, element in pairs}


def variables(value: Any) -> dict[str, str | None]:
    """Names and texts, as `mapping`, but None where there is no value.

    Raises:
        ComposeError: a name in a list that ends with a blank.
    """
    if isinstance(value, dict):
        return {name: None if element is None else go_text(element) for name, element in value.items()}
    found: dict[str, str | None] = {}
    for element in map(go_text, as_list(value)):
        name, sign, rest = element.partition("=")
        if name[-1:].isspace():
            raise ComposeError(f"environment variable {name} is declared with a trailing space")
        found[name] = rest if sign else None
    return found


def options(value: Any) -> dict[str, str]:
    """A mapping of anything, as text."""
    if not isinstance(value, dict):
        raise ComposeError("invalid type for options")
    return mapping(value)


def repeated(value: Any) -> dict[str, list[str]]:
    """A mapping from names to one or several texts."""
    return {
        name: printed(element) if isinstance(element, list) else [go_text(element)]
        for name, element in value.items()
    }


def strings(value: Any) -> dict[str, str]:
    """A mapping of texts."""
    if not isinstance(value, dict):
        raise ComposeError("expected a map")
    return {name: text(element) for name, element in value.items()}


_UNITS = {"": 1, "b": 1, **{unit: 1024**power for power, unit in enumerate("kmgtp", start=1)}}
_SIZE = pattern(r"(.*[0-9. ])([^0-9. ]*)", re.DOTALL)


def size(value: Any) -> int:
    """A number of bytes: 5, "5k", "1.5 GiB"; anything else is 0.

    Raises:
        ComposeError: a text that is none.
    """
    if type(value) is int:
        return value
    if type(value) is not str:
        return 0
    found = _SIZE.fullmatch(value)
    if found is None:
        raise ComposeError(f"invalid size: '{value}'")
    digits, suffix = found.groups()
    amount = to_float(digits.removesuffix(" "))
    unit = suffix.lower()
    if amount < 0 or not re.fullmatch("b?|[kmgtp](i?b)?", unit):
        raise ComposeError(f"invalid size: '{value}'")
    return int(amount * _UNITS[unit[:1]])


def size_text(value: Any) -> str:
    """`size`, as it is written; "" for 0, which is left out."""
    found = size(value)
    return str(found) if found else ""


_DAYS = pattern("([0-9.]+)([dw])")


def duration(value: Any) -> str:
    """A length of time as Go writes it: "1m30s"; days and weeks are allowed.

    Raises:
        ComposeError: it is none.
    """
    hours = _DAYS.sub(_in_hours, go_text(value))
    try:
        return format_duration(parse_duration(hours))
    except ValueError as error:
        raise ComposeError(str(error)) from None


def _in_hours(found: re.Match[str]) -> str:
    hours = to_float(found.group(1)) * (24 if found.group(2) == "d" else 168)
    return f"{hours:.6f}h"


def test(value: Any) -> list[str]:
    """How a service's health is tested; a text is for the shell."""
    return ["CMD-SHELL", value] if isinstance(value, str) else [text(element) for element in as_list(value)]


def mode(value: Any) -> str:
    """A file mode as it is written: "0440"; a text is octal.

    Raises:
        ComposeError: neither a whole number nor a text.
    """
    if type(value) is str and re.fullmatch("[-+]?[0-7]+", value):
        return f"0{int(value, 8):o}"
    if type(value) is not int:
        raise ComposeError("unexpected value type for mode")
    return f"0{value:o}"


def limits(value: Any) -> Any:
    """A ulimit: one number, or a soft and a hard one."""
    if type(value) is int and value:
        return value
    given = value if isinstance(value, dict) else {}
    pair = Fields({name: given.get(name, 0) for name in ("soft", "hard")})
    if not all(type(limit) is int for limit in pair.values()):
        raise ComposeError("unexpected value type for ulimit")
    return pair


def device_count(value: Any) -> int:
    """How many devices; -1 for "all".

    Raises:
        ComposeError: it is no number.
    """
    if type(value) is str:
        return -1 if value.lower() == "all" else to_int(value)
    if type(value) is not int:
        raise ComposeError("invalid type for device count")
    return value


def ssh_keys(value: Any) -> list[str]:
    """The keys of a build, by name."""
    return [
        name if path in (None, "") else f"{name}: {go_text(path)}" for name, path in sorted(value.items())
    ]


_SEPARATORS = "=:"


def hosts(value: Any) -> list[str]:
    """Extra hosts as "name=address", sorted.

    Raises:
        ComposeError: one without an address, or with a strange name.
    """
    pairs = _host_pairs(value.items()) if isinstance(value, dict) else _split_hosts(printed(value))
    for name, _ in pairs:
        if not name or any(sign in name for sign in _SEPARATORS):
            raise ComposeError(f"bad host name '{name}'")
    return sorted(f"{name}={_bare(address)}" for name, address in pairs)


def _host_pairs(items: Any) -> list[tuple[str, str]]:
    return [(name, each) for name, value in items for each in (printed(value) if value is not None else [""])]


def _split_hosts(entries: list[str]) -> list[tuple[str, str]]:
    pairs = []
    for entry in entries:
        sign = next((sign for sign in _SEPARATORS if sign in entry), "")
        if not sign:
            raise ComposeError(f"invalid additional host, missing IP: {entry}")
        name, _, addresses = entry.partition(sign)
        pairs += [(name, address) for address in addresses.split(",")]
    return pairs


def _bare(address: str) -> str:
    return address[1:-1] if len(address) > 2 and address[0] == "[" and address[-1] == "]" else address  # noqa: PLR2004
