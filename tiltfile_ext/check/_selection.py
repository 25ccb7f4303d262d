"""Which rules take part: codes and what they begin with."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tiltfile_ext.check._rule import RuleInfo
from tiltfile_ext.starkit import Data
from tiltfile_ext.starkit._suggest import suggestion

_FORM = re.compile(r"[A-Z]+[0-9]*")


class SelectionError(ValueError):
    """A code that no rule has; the message says so, and what may be meant."""


class Selection(Data):
    """What takes part. A longer beginning has precedence over a shorter one, then ``ignore`` over ``select``.

    Attributes:
        select: codes, or what they begin with; none at all means every rule.
        ignore: the same of what is left out.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def takes(self, code: str) -> bool:
        """Whether findings with *code* are wanted."""
        wanted = _longest(self.select, code) if self.select else 0
        return wanted > _longest(self.ignore, code)


def matches(code: str, prefixes: Iterable[str]) -> bool:
    """Whether *code* begins with one of *prefixes*."""
    return _longest(prefixes, code) >= 0


def _longest(prefixes: Iterable[str], code: str) -> int:
    """The length of the longest of *prefixes* that *code* begins with, -1 if there is none."""
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)


def check_codes(prefixes: Iterable[str], rules: Iterable[RuleInfo], *, closed: bool) -> None:
    """Refuse what is no code, or begins none.

    Args:
        prefixes: as the user gave them.
        rules: those that are known.
        closed: whether there are no others, of plugins that do not announce their codes.

    Raises:
        SelectionError: see there.
    """
    known = sorted(rule.code for rule in rules)
    for prefix in prefixes:
        if _FORM.fullmatch(prefix) and (not closed or any(code.startswith(prefix) for code in known)):
            continue
        near = suggestion(prefix.upper(), known)
        hint = f"; did you mean {near}?" if near else "; tiltfile check --rules lists the codes"
        raise SelectionError(f"no rule has a code that is or begins with {prefix!r}{hint}")
