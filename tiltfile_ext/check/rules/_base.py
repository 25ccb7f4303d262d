"""What our own rules have in common."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import ClassVar, Self

from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._policy import Policy
from tiltfile_ext.check._rule import RuleInfo
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Data


class OwnRule(Data):
    """Base of our rules. What a rule needs to know of the policy is a field."""

    code: ClassVar[str]
    summary: ClassVar[str]
    #: the policy without which it finds nothing, as options; "" if it always takes part
    needs: ClassVar[str] = ""

    @classmethod
    def of(cls, policy: Policy) -> Self | None:
        """The rule for *policy*; None if that gives it no work."""
        del policy
        return cls()

    @classmethod
    def info(cls) -> RuleInfo:
        """What is told of the rule."""
        doc = inspect.cleandoc(cls.__doc__ or "")
        return RuleInfo(cls.code, cls.summary, doc, default=not cls.needs)

    def check(self, result: LoadResult) -> Iterable[Finding]:
        """The faults of one load."""
        raise NotImplementedError
