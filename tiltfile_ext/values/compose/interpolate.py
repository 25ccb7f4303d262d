"""Replace the variables in all values of a compose file; where a number or a bool is due, make it one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.rules import Rules
from tiltfile_ext.values.compose.template import Lookup, Warn, substitute

_TRUE, _FALSE = ("true", "y", "yes", "on"), ("false", "n", "no", "off")
_INT = pattern("[-+]?[0-9]+")
_FLOAT = pattern(
    r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?(?:inf|infinity)|nan", re.IGNORECASE
)


def to_int(text: str) -> int:
    """*text* as a number of 64 bits.

    Raises:
        ComposeError: it is none.
    """
    if not _INT.fullmatch(text) or not -(2**63) <= int(text) < 2**63:
        raise ComposeError(f'failed to cast to expected type: parsing "{text}": invalid syntax')
    return int(text)


def to_float(text: str) -> float:
    """*text* as a number.

    Raises:
        ComposeError: it is none.
    """
    if not _FLOAT.fullmatch(text):
        raise ComposeError(f'failed to cast to expected type: parsing "{text}": invalid syntax')
    return float(text)


def to_bool(text: str) -> bool:
    """*text* as a bool; yes, no, on and off count.

    Raises:
        ComposeError: it is none.
    """
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ComposeError(f"failed to cast to expected type: invalid boolean: {text}")


#: function -> the places whose text it converts; below "services.*" but for the last group
_INTS = """cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares deploy.replicas
    deploy.update_config.parallelism deploy.rollback_config.parallelism deploy.restart_policy.max_attempts
    deploy.placement.max_replicas_per_node healthcheck.retries oom_score_adj pids_limit ports.[].target scale
    ulimits.* ulimits.*.hard ulimits.*.soft"""
_FLOATS = "cpu_percent cpus deploy.update_config.max_failure_ratio deploy.rollback_config.max_failure_ratio"
_BOOLS = """init depends_on.*.required depends_on.*.restart healthcheck.disable oom_kill_disable privileged
    read_only stdin_open tty volumes.[].read_only volumes.[].volume.nocopy"""
_RESOURCE_BOOLS = """networks.*.external networks.*.internal networks.*.attachable networks.*.enable_ipv4
    networks.*.enable_ipv6 volumes.*.external secrets.*.external configs.*.external"""

_CASTS = Rules(
    {f"services.*.{place}": to_int for place in _INTS.split()}
    | {f"services.*.{place}": to_float for place in _FLOATS.split()}
    | {f"services.*.{place}": to_bool for place in _BOOLS.split()}
    | dict.fromkeys(_RESOURCE_BOOLS.split(), to_bool)
)


def interpolate(tree: Mapping[str, Any], lookup: Lookup, warn: Warn) -> dict[str, Any]:
    """A copy of *tree* with the variables in its text replaced.

    Raises:
        ComposeError: a variable that is badly written or missing, or text where a number or bool is due.
    """
    return {key: _replaced(value, (key,), lookup, warn) for key, value in tree.items()}


def _replaced(value: Any, path: tuple[str, ...], lookup: Lookup, warn: Warn) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(below, (*path, key), lookup, warn) for key, below in value.items()}
    if isinstance(value, list):
        return [_replaced(below, (*path, "[]"), lookup, warn) for below in value]
    if type(value) is not str:
        return value
    cast = _CASTS.at(path)
    try:
        text = substitute(value, lookup, warn) if "$" in value else value
        return text if cast is None else cast(text)
    except ComposeError as error:
        raise ComposeError(f"error while interpolating {'.'.join(path)}: {error}") from None
