"""TF201 to TF203: what Tilt 0.37.6 still takes, and warns of or ignores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tiltfile_ext.check._code import Code, argument, code_of, constant
from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check.rules._base import OwnRule
from tiltfile_ext.result import LoadResult
from tiltfile_ext.values.features import ACTIVE, DEFAULTS

#: built-in -> what to do instead
_BUILTINS = {
    "test": "call local_resource(..., allow_parallel=True)",
    "experimental_metrics_settings": "remove the call, it has no effect",
}
#: built-in, parameter, how many parameters come before it, what to do instead
_ARGUMENTS = (
    ("docker_build", "cache", 5, "remove it, it has no effect; live_update makes builds fast"),
    ("custom_build", "command_bat_val", 11, "call it command_bat"),
)
_FEATURE_BUILTINS = ("enable_feature", "disable_feature")


def _finding(rule: OwnRule, code: Code, node: Any, message: str, help: str) -> Finding:
    where = code.position(node)
    return Finding(rule.code, message, where.path, where.line, where.column, help=help, severity="warning")


class DeprecatedBuiltin(OwnRule):
    """The Tiltfile names a built-in that Tilt warns of, and will remove: test, experimental_metrics_settings.

    restart_container is no finding: it is refused for Kubernetes resources, which is TF301, and right for
    Docker Compose.
    """

    code = "TF201"
    summary = "a deprecated built-in"

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """A fault for each place that names one, whether or not this load came to it."""
        for code in code_of(result).own:
            for name, instead in _BUILTINS.items():
                for node in code.mentions(name):
                    yield _finding(self, code, node, f"{name} is deprecated", instead)


class DeprecatedArgument(OwnRule):
    """A call gives an argument that Tilt ignores, or knows under another name now.

    docker_build(cache=...) has no effect; custom_build(command_bat_val=...) is called command_bat.
    """

    code = "TF202"
    summary = "a deprecated argument"

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """A fault for each argument that is written out."""
        for code in code_of(result).own:
            for name, parameter, place, instead in _ARGUMENTS:
                for call in code.calls(name):
                    given = argument(call, parameter, place)
                    if given is not None:
                        yield _finding(self, code, given, f"{name}({parameter}=...) is obsolete", instead)


class ObsoleteFeature(OwnRule):
    """enable_feature or disable_feature names a feature that is no choice any more: it has no effect."""

    code = "TF203"
    summary = "a feature flag that has no effect"

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """A fault for each flag that is written out."""
        for code in code_of(result).own:
            for name in _FEATURE_BUILTINS:
                for call in code.calls(name):
                    yield from self._call(code, name, call)

    def _call(self, code: Code, name: str, call: Any) -> Iterator[Finding]:
        flag = constant(argument(call, "msg", 0))
        if isinstance(flag, str) and flag in DEFAULTS and flag not in ACTIVE:
            message = f'{name}("{flag}") has no effect: the feature is no choice any more'
            yield _finding(self, code, call, message, "remove the call")
