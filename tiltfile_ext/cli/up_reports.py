"""What ``tiltfile up`` reports: the command once, each load by that load's own consent."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from analytics import Client, Opt
from tiltfile_ext.report import Reporter
from tiltfile_ext.result import LoadResult

#: how Tilt numbers what it shows: a prompt on a terminal, a stream elsewhere
_PROMPT, _STREAM = "2", "3"


def command_tags(*, watch: bool, is_terminal: bool) -> Mapping[str, str]:
    """The tags of ``tilt.cmd.up``."""
    return {"watch": str(watch).lower(), "term_mode": _PROMPT if is_terminal else _STREAM}


class Reports:
    """Reports the loads of one run to *client*.

    As in Tilt, the command is reported by the first load that permits it: a Tiltfile may do so later.
    """

    def __init__(self, client: Client, tags: Mapping[str, str]) -> None:
        self._client = client
        self._reporter = Reporter(client)
        self._tags = tags
        self._command_is_reported = False
        self._told = ""

    def begin(self) -> None:
        """A load begins. The user may have chosen anew since the last one."""
        self._client.refresh()
        if not self._command_is_reported:
            self._client.incr("cmd.up", self._tags)

    def end(self, result: LoadResult) -> list[str]:
        """A load ended with *result*; returns lines that the user must be told, mostly none."""
        decision = self._reporter.report(result)
        self._command_is_reported |= decision.opt is Opt.IN
        due = self._client.notice(is_terminal=sys.stderr.isatty(), command="tiltfile analytics")
        self._client.flush()
        override = decision.notice if decision.notice != self._told else ""
        self._told = decision.notice
        return [line for line in (override, due) if line]

    @property
    def explanation(self) -> str:
        """Whether the last load was reported, and why."""
        return self._client.decision.explanation
