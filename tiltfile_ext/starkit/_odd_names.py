"""Names that Tilt allows and the interpreter does not: ``assert``, and those with letters beyond ASCII.

The interpreter sees such a name in another spelling, in which each letter that it could not take is
"tilt_u", its code and "_". Where a name becomes text, it is written as the file wrote it.
"""

from __future__ import annotations

from tiltfile_ext.starkit._patterns import pattern

#: what every other spelling has in it
MARK = "tilt_u"
_SPELT = pattern(MARK + "([0-9a-f]+)_")


def ascii_name(name: str) -> str:
    """*name* as the interpreter accepts it."""
    if name == "assert":
        return name[:-1] + _spelt(name[-1])
    return name if name.isascii() else "".join(char if char.isascii() else _spelt(char) for char in name)


def written_name(text: str) -> str:
    """*text* with every name in it as the file wrote it."""
    return _SPELT.sub(lambda match: chr(int(match[1], 16)), text) if MARK in text else text


def _spelt(char: str) -> str:
    return f"{MARK}{ord(char):x}_"
