"""What a load gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import attrs

from tiltfile_ext.starkit import BuiltinUse, TiltfileError
from tiltfile_ext.starkit._counts import count_tags

S = TypeVar("S")


@attrs.frozen(eq=False)
class LoadResult:
    """The outcome of one load; made whether or not it failed.

    Attributes:
        path: absolute path of the main Tiltfile, symbolic links resolved.
        error: why the load failed, None if it did not; ``str(error)`` is the text to show.
        began: whether the Tiltfile could be found and read; if not, nothing is reported.
        exited: whether it ended by ``exit()``.
        uses: built-in name to how often it and each of its arguments was used, sorted by name.
        states: what each plugin collected, by the class of its state; see ``result[AnalyticsSettings]``.
        config_files: absolute paths that the outcome depends on, sorted; a directory stands for all below it.
        messages: ("info" | "warning", text) in the order printed.
        duration_ns: nanoseconds from the start of the load to its end.
    """

    path: str
    error: TiltfileError | None
    began: bool
    exited: bool
    uses: Mapping[str, BuiltinUse]
    states: Mapping[type, Any]
    config_files: tuple[str, ...]
    messages: tuple[tuple[str, str], ...]
    duration_ns: int

    def __getitem__(self, kind: type[S]) -> S:
        """The state of class *kind* that this load collected.

        Raises:
            KeyError: no plugin of this load keeps such a state.
        """
        return cast("S", self.states[kind])

    @property
    def tags(self) -> dict[str, str]:
        """The counts as Tilt reports them: ``{"tiltfile.invoked.local": "2", …}``."""
        return count_tags(self.uses)
