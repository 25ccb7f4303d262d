"""The rules that come with the program: one file per subject, one class per code.

A rule's docstring is what ``tiltfile check --explain CODE`` prints.

TF1xx  what Tiltfiles say about analytics
TF2xx  built-ins and arguments that Tilt has given up
TF3xx  loads: failed, slow, partial
"""

from __future__ import annotations

from collections.abc import Iterable

from tiltfile_ext.check._policy import Policy, PolicyError
from tiltfile_ext.check.rules._base import OwnRule
from tiltfile_ext.check.rules.analytics import Contradiction, MustBeOff, MustBeOn, MustBeSetBy
from tiltfile_ext.check.rules.branches import OnlyOnABranch
from tiltfile_ext.check.rules.deprecated import DeprecatedArgument, DeprecatedBuiltin, ObsoleteFeature
from tiltfile_ext.check.rules.loads import FailedLoad, LostLoad, PartialLoad, SlowLoad

__all__ = ["EVERY_RULE", "OwnRule", "require_policy", "rules_for"]

#: every rule of our own, sorted by code
EVERY_RULE: tuple[type[OwnRule], ...] = (
    MustBeOn,
    MustBeOff,
    MustBeSetBy,
    Contradiction,
    OnlyOnABranch,
    DeprecatedBuiltin,
    DeprecatedArgument,
    ObsoleteFeature,
    FailedLoad,
    SlowLoad,
    LostLoad,
    PartialLoad,
)


def rules_for(policy: Policy) -> tuple[OwnRule, ...]:
    """The rules that *policy* gives work to, sorted by code."""
    made = (kind.of(policy) for kind in EVERY_RULE)
    return tuple(rule for rule in made if rule is not None)


def require_policy(selected: Iterable[str], policy: Policy) -> None:
    """Refuse a rule that is selected by its whole code, and has nothing to do.

    Raises:
        PolicyError: see there.
    """
    for kind in EVERY_RULE:
        if kind.code in selected and kind.of(policy) is None:
            raise PolicyError(f"{kind.code} is selected, but finds nothing without {kind.needs}")
