"""TF301 to TF304: loads that failed, took long, killed their process, or ran without programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Self

from tiltfile_ext.check._code import code_of
from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._policy import Policy
from tiltfile_ext.check.rules._base import OwnRule
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import EvaluationError, Position, StaticError, TiltfileError

#: an error of a file that another one loads: where it is, and what
_INNER = re.compile(
    r"(?:cannot load .*?: )+(?P<path>/.*?):(?P<line>\d+):(?P<column>\d+): (?P<rest>.*)", re.DOTALL
)
_MOST_COMMANDS = 3
_LONGEST_COMMAND = 60


class FailedLoad(OwnRule):
    """The Tiltfile cannot be loaded. The finding is where the error is, in the innermost of your own files.

    An error in a partial load (--no-run) may come of a program that was not run, and is told by TF304.
    """

    code = "TF301"
    summary = "the load fails"

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """The error, if there is one."""
        if result.error is not None and not result.not_run:
            where, message = place_of(result, result.error)
            help = "" if where.path == result.path else f"it is met when {result.path} is loaded"
            yield Finding(self.code, message, where.path, where.line, where.column, help=help)


class SlowLoad(OwnRule):
    """The load took longer than it may. The rule takes part when the policy has a bound: slow = 5.

    Everybody who works with the Tiltfile waits for it at each start and each change. `tiltfile load` shows
    which built-ins it calls; programs run by local() are what usually takes the time.
    """

    code = "TF302"
    summary = "the load is slow"
    needs = "--slow SECONDS"

    seconds: float

    @classmethod
    def of(cls, policy: Policy) -> Self | None:
        """The rule, if the policy has a bound."""
        return None if policy.slow is None else cls(policy.slow)

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """The load, if it took longer."""
        took = result.duration_ns / 1e9
        if took > self.seconds:
            message = f"the load took {took:.1f} s, more than {self.seconds:g} s"
            yield Finding(self.code, message, result.path, severity="warning")


class LostLoad(OwnRule):
    """The process that loaded the Tiltfile died, or was killed because it used too much time or memory.

    Nothing else is known of this Tiltfile; the others are not affected. Raise --timeout or --max-memory if
    the Tiltfile needs more, and load it by itself to see what it does.
    """

    code = "TF303"
    summary = "the load does not come to an end"

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """None: who has a result was not lost. See `lost`."""
        del result
        return iter(())


def lost(path: str, reason: str) -> Finding:
    """The finding for a Tiltfile whose process *reason*."""
    return Finding(LostLoad.code, f"the process that loaded it {reason}", path, help=f"tiltfile load {path}")


class PartialLoad(OwnRule):
    """The load ran without programs (--no-run), and the Tiltfile would have run some.

    What it made of their output is not known, so other rules may have missed something. The finding is a
    note: it does not fail the check. If the load failed, the note has the error, which may be one of
    missing output only.
    """

    code = "TF304"
    summary = "the load is partial"

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """What was not run, if anything."""
        if not result.not_run:
            return
        where, failure = Position(result.path, 1, 1), ""
        if result.error is not None:
            where, message = place_of(result, result.error)
            failure = f"; the load then failed: {message}"
        message = f"partial: not run: {_commands(result.not_run)}{failure}"
        yield Finding(self.code, message, where.path, where.line, where.column, severity="note")


def _commands(commands: tuple[str, ...]) -> str:
    shown = [_first_line(command)[:_LONGEST_COMMAND] for command in commands[:_MOST_COMMANDS]]
    more = len(commands) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def place_of(result: LoadResult, error: TiltfileError) -> tuple[Position, str]:
    """Where *error* is in the innermost of the user's own files, and the first line of what it says."""
    inner = _INNER.match(error.message)
    if inner and inner["path"] in result.sources and code_of(result).is_own(inner["path"]):
        return Position(inner["path"], int(inner["line"]), int(inner["column"])), _first_line(inner["rest"])
    return _innermost(result, error) or Position(result.path, 1, 1), _first_line(error.message)


def _innermost(result: LoadResult, error: TiltfileError) -> Position | None:
    match error:
        case StaticError():
            return error.position
        case EvaluationError():
            places = (frame.position for frame in reversed(error.frames))
            return next((place for place in places if place and _is_own(result, place)), None)
    return None


def _is_own(result: LoadResult, place: Position) -> bool:
    return place.path in result.sources and code_of(result).is_own(place.path)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].rstrip()
