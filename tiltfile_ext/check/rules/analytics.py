"""TF101 to TF104: what the load decided about analytics, and which call decided it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, Self

from tiltfile_ext.check._code import code_of
from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._fix import Fix, NotFixable
from tiltfile_ext.check._policy import Policy
from tiltfile_ext.check.fix.analytics import declare
from tiltfile_ext.check.rules._base import OwnRule
from tiltfile_ext.plugins.analytics import AnalyticsSettings
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Position

BUILTIN = "analytics_settings"


class _MustSay(OwnRule):
    """What TF101 and TF102 have in common: every load must end with one word on analytics."""

    wanted: ClassVar[bool]

    @classmethod
    def of(cls, policy: Policy) -> Self | None:
        """The rule, if the policy says so."""
        return cls() if policy.analytics is cls.wanted else None

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """One fault at most: at the call that says otherwise, or at the top of the Tiltfile."""
        settings = result.get(AnalyticsSettings, AnalyticsSettings())
        if not result.began or settings.enable is self.wanted or _is_unknown(result, settings):
            return
        where, problem = _fault(result, settings)
        call = f"{BUILTIN}(enable={self.wanted})"
        yield Finding(
            self.code,
            f"{self.summary}, but {problem}",
            where.path,
            where.line,
            where.column,
            help=f"call {call} at the top of the Tiltfile" if settings.enable is None else f"say {call}",
            fix=_fix(result, where.path, enable=self.wanted),
        )


def _fault(result: LoadResult, settings: AnalyticsSettings) -> tuple[Position, str]:
    """Where something is to be changed in the user's own files, and what is wrong."""
    top = Position(result.path, 1, 1)
    if settings.where is not None:
        if code_of(result).is_own(settings.where.path):
            return settings.where, f"this call says enable={settings.enable}"
        return top, f"{settings.where} says enable={settings.enable}"
    unreached = _unreached(result)
    if unreached is not None:
        return unreached, "the load did not come to this call"
    return top, "the Tiltfile does not say so"


def _fix(result: LoadResult, path: str, *, enable: bool) -> Fix | NotFixable | None:
    text = result.sources.get(path)
    return None if text is None else declare(text.decode("utf-8", "surrogateescape"), enable=enable)


def _is_unknown(result: LoadResult, settings: AnalyticsSettings) -> bool:
    """Whether the load failed before it said anything, which is another rule's matter."""
    return settings.enable is None and result.error is not None and not result.not_run


def _unreached(result: LoadResult) -> Position | None:
    """The first call in the user's own files, where the load came to none."""
    for code in code_of(result).own:
        for call in code.calls(BUILTIN):
            return code.position(call)
    return None


class MustBeOn(_MustSay):
    """Every load of the Tiltfile must opt in: its last call of analytics_settings says enable=True.

    The rule enforces opt-in. It takes part when the policy is analytics = "on".

    A call in a file that the Tiltfile loads counts, as does one in an extension. A Tiltfile that fails
    before it says anything is not judged: TF301 tells of the failure.
    """

    code = "TF101"
    summary = "analytics must be on"
    needs = "--analytics on"
    wanted = True


class MustBeOff(_MustSay):
    """No load of the Tiltfile may report usage: its last call of analytics_settings says enable=False.

    The rule takes part when the policy is analytics = "off". A Tiltfile that says nothing is a finding,
    because then each user's own choice counts.
    """

    code = "TF102"
    summary = "analytics must be off"
    needs = "--analytics off"
    wanted = False


class MustBeSetBy(OwnRule):
    """One file must decide about analytics for all Tiltfiles, so that the decision can be changed there.

    The rule takes part when the policy is analytics = "set-by:FILE", where FILE is a path or what load
    statements say, such as "ext://acme". The call that counts, the last one, must be in that file. A
    Tiltfile that says nothing is a finding, too.
    """

    code = "TF103"
    summary = "analytics must be set by a given file"
    needs = "--analytics set-by:FILE"

    file: str

    @classmethod
    def of(cls, policy: Policy) -> Self | None:
        """The rule, if the policy names a file."""
        return cls(policy.set_by) if policy.set_by else None

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """One fault at most: at the call that decided, or at the top of the Tiltfile."""
        settings = result.get(AnalyticsSettings, AnalyticsSettings())
        where = settings.where
        if not result.began or _is_unknown(result, settings):
            return
        if where is not None and self.file in (where.path, result.origins.get(where.path)):
            return
        found = "nothing sets it" if where is None else "this call does"
        at = where or Position(result.path, 1, 1)
        yield Finding(
            self.code,
            f"analytics must be set by {self.file}, but {found}",
            at.path,
            at.line,
            at.column,
            help=f"load {self.file}" if where is None else f"remove this call, and load {self.file}",
        )


class Contradiction(OwnRule):
    """A load calls analytics_settings with True and with False. The last call wins, whoever made it.

    Usually one of the calls is in a file that is loaded for something else. Keep the call that is meant,
    or have one file decide and load it everywhere (TF103).
    """

    code = "TF104"
    summary = "analytics is turned on and off in one load"

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """One fault for each word that differs from the one before."""
        said = result.get(AnalyticsSettings, AnalyticsSettings()).said
        for (before, there), (after, where) in pairwise(said):
            if before is not after and where is not None:
                yield Finding(
                    self.code,
                    f"{BUILTIN}(enable={after}) contradicts an earlier call of this load",
                    where.path,
                    where.line,
                    where.column,
                    help=f"keep one of them; enable={before} is said at {there}",
                    severity="warning",
                )
