"""Let a Tiltfile choose analytics for everyone who loads it."""

from typing import Any

from tiltfile_ext.starkit import Data, Plugin, Position, StringMap, Thread, builtin, evolve, field
from tiltfile_ext.values.after_load import MODEL, refuse_after_load


class AnalyticsSettings(Data):
    """What a load decided.

    Attributes:
        enable: the Tiltfile's word on analytics, None if it said nothing.
        where: the call that said it.
        said: every word on analytics, and the call that said it, in order; the last one counts.
        custom_tags: what `experimental_analytics_report` adds.
    """

    enable: bool | None = None
    where: Position | None = None
    said: tuple[tuple[bool, Position | None], ...] = ()
    custom_tags: dict[str, str] = field(factory=dict)


class AnalyticsPlugin(Plugin):
    """The built-ins that override analytics settings and add to the report."""

    state = AnalyticsSettings

    @builtin("", positioned=True)
    def analytics_settings(self, thread: Thread, enable: bool) -> None:
        """Override each user's own choice: True opts everyone in, False everyone out. The last call wins."""
        where = thread.call_position
        said = (*thread.state(AnalyticsSettings).said, (enable, where))
        _evolve(thread, enable=enable, where=where, said=said)

    @builtin
    def experimental_analytics_report(self, thread: Thread, tags: StringMap) -> None:
        """Send *tags* along in an event of their own. A later value for a key replaces an earlier one."""
        _evolve(thread, custom_tags={**thread.state(AnalyticsSettings).custom_tags, **tags})


def _evolve(thread: Thread, **changes: Any) -> None:
    refuse_after_load(thread, MODEL)
    thread.update(AnalyticsSettings, lambda settings: evolve(settings, **changes))
