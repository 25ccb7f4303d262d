"""What a team wants of its Tiltfiles: the choices that some rules need."""

from __future__ import annotations

import os
from collections.abc import Iterable

from tiltfile_ext.starkit import Data

_SET_BY = "set-by:"
_FORMS = '"on", "off" or "set-by:FILE", where FILE may be an extension such as ext://acme'


class PolicyError(ValueError):
    """A policy that cannot be: the message says what was found and what may be said."""


class Policy(Data):
    """The choices.

    Attributes:
        analytics: whether every Tiltfile must turn analytics on or off; None if that is free.
        set_by: which file must do so: its absolute path, or what load statements say, ``ext://acme``; "" for
            any.
        slow: seconds that a load may take; None if that is free.
    """

    analytics: bool | None = None
    set_by: str = ""
    slow: float | None = None


def policy_of(words: Iterable[str], *, base: str, slow: float | None = None) -> Policy:
    """The policy that *words* describe: "on", "off", "set-by:ext://acme", "set-by:tools/analytics.Tiltfile".

    Args:
        words: as the user gave them, each at most once of its kind.
        base: the directory that files are relative to.
        slow: see `Policy`.

    Raises:
        PolicyError: a word is none of these, or contradicts another.
    """
    analytics: bool | None = None
    set_by = ""
    for word in words:
        if word in ("on", "off"):
            if analytics not in (None, word == "on"):
                raise PolicyError('analytics cannot be "on" and "off" at once; keep one of them')
            analytics = word == "on"
        elif word.startswith(_SET_BY) and word != _SET_BY:
            if set_by:
                raise PolicyError('analytics can be "set-by:" one file only')
            set_by = _file(word.removeprefix(_SET_BY), base)
        else:
            raise PolicyError(f"analytics is {word!r}; it must be {_FORMS}")
    return Policy(analytics, set_by, slow)


def _file(spec: str, base: str) -> str:
    return spec if "://" in spec else os.path.realpath(os.path.join(base, spec))
