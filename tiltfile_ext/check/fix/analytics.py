"""Makes a Tiltfile say ``analytics_settings(enable=True)``, or False.

Where the call goes: above every other statement, ``load`` too, and below what is said about the file (``#!``,
editor lines, license, docstring). What a Tiltfile said before an error counts. A ``load`` can fail, since an
extension has to be fetched; a Tiltfile that speaks only below its loads is silent in just those cases. As the
last call wins, a first one overrides none that is there.

What is changed in place: a call whose only argument is the wrong word, if it is reached whenever the file is.

What is left alone, with the reason: a call on some branch or in a function, and one whose argument is
computed. They say what somebody meant; a call before them would contradict, and not change the outcome.
"""

from __future__ import annotations

from tiltfile_ext.check._fix import Edit, Fix, NotFixable
from tiltfile_ext.check.fix._calls import Mention, binding, mentions
from tiltfile_ext.check.fix._insert import at, statements_of
from tiltfile_ext.check.fix._lines import Lines
from tiltfile_ext.check.fix._place import insertion

_BUILTIN, _PARAMETER = "analytics_settings", "enable"
_MEANT = frozenset((_BUILTIN, "True", "False"))


def declare(text: str, *, enable: bool) -> Fix | NotFixable:
    """How to make *text*, a Tiltfile with its own line ends, call ``analytics_settings(enable=…)``.

    The text that the fix makes is not fixable any more: once is enough.
    """
    lines = Lines(text)
    call = f"{_BUILTIN}({_PARAMETER}={enable})"
    statements = statements_of(lines)
    if isinstance(statements, NotFixable):
        return statements
    own = binding(statements, _MEANT)
    if own is not None:
        return NotFixable(f"{at(lines, own.start)} gives {own.parts[0]} a meaning of its own")
    calls = mentions(statements, _BUILTIN, _PARAMETER)
    return (
        _left_alone(lines, calls, enable=enable)
        or _in_place(lines, calls, call, enable=enable)
        or Fix(f"call {call} before anything that can fail", (insertion(lines, call),))
    )


def _left_alone(lines: Lines, calls: list[Mention], *, enable: bool) -> NotFixable | None:
    """The first call that somebody has to change by hand."""
    for call in calls:
        where = at(lines, call.offset)
        if call.value is None:
            return NotFixable(f"{where} uses {_BUILTIN} without a plain True or False: change it by hand")
        if call.value is not enable and not call.sure:
            says = f"{where} says {_PARAMETER}={call.value}"
            return NotFixable(f"{says} in a branch, loop or function: remove or change it by hand")
    return None


def _in_place(lines: Lines, calls: list[Mention], new: str, *, enable: bool) -> Fix | NotFixable | None:
    """Changes of the calls that are reached in any case; None if there are no such calls."""
    sure = [call for call in calls if call.sure]
    if not sure:
        return None
    edits = tuple(
        _replacement(lines, call.value_offset, str(call.value), str(enable))
        for call in sure
        if call.value is not enable
    )
    if edits:
        return Fix(f"say {_PARAMETER}={enable} in the call that is there", edits)
    where = at(lines, sure[-1].offset)
    return NotFixable(f"{where} calls {new} already: the load ends before it, or a later call says otherwise")


def _replacement(lines: Lines, offset: int, old: str, new: str) -> Edit:
    line, column = lines.place(offset)
    return Edit(line, column, line, column + len(old), new)
