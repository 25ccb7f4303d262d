"""Feature flags: parts of Tilt that a Tiltfile turns on or off. Most are history.

Facts: Tilt 0.37.6.
"""

from __future__ import annotations

#: flag -> whether it is on by default
DEFAULTS = {
    "bulk_disable_resources": False,
    "cluster_refresh": False,
    "disable_resources": True,
    "events": True,
    "facets": True,
    "labels": True,
    "live_update_v2": True,
    "multiple_containers_per_pod": True,
    "offline_snapshot_creation": True,
    "snapshots": True,
    "update_history": False,
}
#: flags that still mean something; setting another one has no effect
ACTIVE = frozenset({"cluster_refresh", "snapshots"})


class Features:
    """The feature flags of one load: name -> whether it is on, sorted by name."""

    def __init__(self) -> None:
        self.enabled = dict(DEFAULTS)

    def set(self, name: str, *, on: bool) -> str:
        """Turn a flag on or off; returns a warning, "" if there is none.

        Raises:
            ValueError: there is no such flag.
        """
        if name not in DEFAULTS:
            raise ValueError(f"Unknown feature flag: {name}")
        if name not in ACTIVE:
            return f"Obsolete feature flag: {name}"
        self.enabled[name] = on
        return ""
