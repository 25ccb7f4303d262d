"""Text as Go sees it: no lone surrogates, and letters changed one for one."""

from __future__ import annotations


def clean(text: str) -> str:
    """*text* with what is no Unicode replaced, as Go prints broken UTF-8."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def upper(text: str) -> str:
    """*text* in capitals; a letter that has no single capital stays."""
    return "".join(map(_upper, text))


def lower(text: str) -> str:
    """*text* in small letters."""
    return "".join(char.lower()[0] for char in text)


def title(text: str) -> str:
    """*text* with each word's first letter in title case and the others small."""
    out, inside = [], False
    for char in text:
        out.append(lower(char) if inside else _title(char))
        inside = char.isalpha()
    return "".join(out)


def capitalize(text: str) -> str:
    """*text* with the first letter in title case and all others small."""
    return _title(text[0]) + lower(text[1:]) if text else ""


def is_digit(text: str) -> bool:
    """Whether *text* is decimal digits, of any script."""
    return text.isdecimal()


def is_alpha(text: str) -> bool:
    """Whether *text* is letters."""
    return text.isalpha()


def is_alnum(text: str) -> bool:
    """Whether *text* is letters and decimal digits."""
    return bool(text) and all(char.isalpha() or char.isdecimal() for char in text)


def _upper(char: str) -> str:
    changed = char.upper()
    return changed if len(changed) == 1 else _title(char)


def _title(char: str) -> str:
    changed = char.title()
    return changed if len(changed) == 1 else char
