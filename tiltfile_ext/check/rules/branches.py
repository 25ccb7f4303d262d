"""TF105: a word on analytics that some loads say, and others do not."""

from __future__ import annotations

from collections.abc import Iterator

from tiltfile_ext.check._code import code_of
from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._reach import is_always_called
from tiltfile_ext.check.rules._base import OwnRule
from tiltfile_ext.check.rules.analytics import BUILTIN
from tiltfile_ext.result import LoadResult


class OnlyOnABranch(OwnRule):
    """Whether the Tiltfile has a word on analytics depends on a condition, a loop or an argument.

    Then one load reports usage and another does not, and nobody can say which from the Tiltfile. Call
    analytics_settings at the top level, where every load comes to it. An if with a call in each branch is
    fine, and so is a call in a function that is always called.

    The rule reads the code; where that does not tell, it finds nothing.
    """

    code = "TF105"
    summary = "analytics is set only on some branch of the code"

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """One fault at most: at the first call."""
        code = code_of(result)
        for file in code.own:
            for call in file.calls(BUILTIN):
                if not is_always_called(result, code, BUILTIN):
                    where = file.position(call)
                    yield Finding(
                        self.code,
                        f"{BUILTIN}() is called only on some branch of the code",
                        where.path,
                        where.line,
                        where.column,
                        help="call it at the top level, where every load comes to it",
                        severity="warning",
                    )
                return
